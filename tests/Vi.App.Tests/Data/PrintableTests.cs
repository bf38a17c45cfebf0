using Vi.Results;
using Xunit;

namespace Vi.App.Tests.Data;

/// <summary>What messages repeat of the texts of files and users.</summary>
public sealed class PrintableTests
{
    [Theory]
    [InlineData("Host=h;Password=correct horse battery;Port=1", "Host=h;Password=***;Port=1")]
    [InlineData("Password='it''s a secret';Port=1", "Password=***;Port=1")]
    [InlineData("Password=\"say \"\"x;y\"\" now\";Port=1", "Password=***;Port=1")]
    [InlineData("pwd = 'a;b'", "pwd = ***")]
    [InlineData("postgresql://ana:p@ssw0rd@h/d is refused", "postgresql://ana:***@h/d is refused")]
    [InlineData("postgresql://:p@ssw0rd@h/d", "postgresql://:***@h/d")]
    [InlineData("https://example.org/a@b", "https://example.org/a@b")]
    public void A_password_is_never_shown(string text, string expected) =>
        Assert.Equal(expected, Printable.Message(text));
}
