using Vi.App.Results;
using Vi.App.Verifying;

namespace Vi.App.Reports;

/// <summary>The page of a check.</summary>
public static class VerificationReport
{
    /// <summary>The page as a pure function of the stored check.</summary>
    public static string Render(VerificationResult result) =>
        Page.Render("Laws", Markup.Empty, Markup.Of($"{VerificationText.Sentence(result)}"));
}
