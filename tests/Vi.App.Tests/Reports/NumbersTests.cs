using Vi.Reports;
using Vi.Results;
using Xunit;

namespace Vi.App.Tests.Reports;

public sealed class NumbersTests
{
    [Theory]
    [InlineData(54.4785, 0.6034, "54.48")]
    [InlineData(-2.0364, 0.0272, "−2.036")]
    [InlineData(1234567.0, 2345.0, "1,234,567")]
    [InlineData(0.0000123, 0.0000004, "1.230e-5")]
    [InlineData(3.0, 0.0, "3")]
    [InlineData(0.0, 0.5, "0.00")]
    [InlineData(-0.0001, 0.5, "0.00")]
    [InlineData(double.NaN, 1.0, "–")]
    [InlineData(double.NegativeInfinity, 1.0, "−∞")]
    [InlineData(9.996, 0.0996, "10.00")]
    public void Decimals_leave_the_standard_deviation_two_digits(double value, double sd, string shown) =>
        Assert.Equal(shown, Numbers.BySd(value, sd));

    [Theory]
    [InlineData(-1157.1571, "−1,157.157")]
    [InlineData(-154.229153768447, "−154.229")]
    [InlineData(0.0, "0.000")]
    [InlineData(-2.5e-7, "−2.5e-7")]
    [InlineData(-123456789012.3456, "−123,456,789,012.3")]
    public void Bounds_have_three_decimals_at_most(double value, string shown) =>
        Assert.Equal(shown, Numbers.Nats(value));

    [Theory]
    [InlineData(0.125, "0.125")]
    [InlineData(1.013456, "1.013")]
    [InlineData(-12.5, "−12.5")]
    [InlineData(9.1234e-13, "9.123e-13")]
    [InlineData(-3e-13, "−3e-13")]
    [InlineData(100_000, "100,000")]
    [InlineData(12_345.678, "12,346")]
    [InlineData(4.5e12, "4.5e12")]
    [InlineData(double.NaN, "–")]
    public void A_number_has_four_significant_digits_at_most(double value, string shown) =>
        Assert.Equal(shown, Numbers.Significant(value));

    [Theory]
    [InlineData(0.125, "12.5 %")]
    [InlineData(1, "100 %")]
    [InlineData(0.00123456, "0.123 %")]
    public void Shares_are_per_cent(double share, string shown) => Assert.Equal(shown, Numbers.Percent(share));

    [Theory]
    [InlineData(0.0, "0 s")]
    [InlineData(0.000135, "135 µs")]
    [InlineData(0.0873, "87.3 ms")]
    [InlineData(3.14159, "3.14 s")]
    [InlineData(600.0, "10 min")]
    public void Durations_carry_their_unit(double seconds, string shown) =>
        Assert.Equal(shown, Numbers.Duration(seconds));

    [Fact]
    public void The_exact_value_stays_in_the_page() =>
        Assert.Equal(
            "<data value=\"-154.229153768447\">−154.229</data>",
            Markup.Exact(-154.229153768447, "−154.229").ToString()
        );
}
