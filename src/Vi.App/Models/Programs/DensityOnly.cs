namespace Vi.App.Models.Programs;

/// <summary>Words about algorithms that need no more than a log density.</summary>
internal static class DensityOnly
{
    /// <summary>What stands for the posterior, in a sentence.</summary>
    public static string Approximation(InferenceSettings inference) =>
        inference.Algorithm switch
        {
            "nuts" or "hmc" => "None: draws of the posterior itself, as far as the chains have mixed.",
            "svgd" => "Particles that repel one another, moved until they spread like the posterior.",
            "laplace" => "A normal distribution at the mode, as curved as the posterior is there, on the real line.",
            "pathfinder" =>
                "Normal distributions along climbs to the mode, the best of each weighted by importance, on the real line.",
            _ => "A normal distribution of all parameters on the real line, of the family that is chosen.",
        };
}
