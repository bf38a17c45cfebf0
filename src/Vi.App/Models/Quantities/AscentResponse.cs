namespace Vi.App.Models.Quantities;

/// <summary>Standard deviations by linear response of a fit by coordinate ascent, where they were asked for and can be had.</summary>
internal sealed class AscentResponse
{
    private readonly LinearResponseCovariance? found;

    private AscentResponse(LinearResponseCovariance? found, LinearResponseRecord? record)
    {
        this.found = found;
        Record = record;
    }

    /// <summary>What it came to; null where it was not asked for.</summary>
    public LinearResponseRecord? Record { get; }

    /// <summary>Whether there are standard deviations.</summary>
    public bool IsFound => found is not null;

    /// <summary>The linear response of the kept sweep, computed within the cost that is allowed.</summary>
    public static AscentResponse Of<TPosterior>(
        FitRequest request,
        Sweep<TPosterior> sweep,
        Func<LinearResponseCovariance> compute
    )
    {
        if (request.Inference is not CaviSettings cavi)
        {
            var subject = request.Inference.Algorithm.Name;
            return new(null, LinearResponseRecord.Of(LinearResponseRecord.NoOptimum) with { Subject = subject });
        }

        if (!cavi.LinearResponse || !sweep.IsAtOptimum)
        {
            return new(
                null,
                cavi.LinearResponse ? LinearResponseRecord.Of(LinearResponseRecord.FitNotConverged) : null
            );
        }

        var start = request.Clock.GetTimestamp();
        var response = compute();
        var record = CoreRecords.OfResponse(response.End) with
        {
            Seconds = request.Clock.GetElapsedTime(start).TotalSeconds,
        };
        return new(response.IsUsable ? response : null, record);
    }

    /// <summary>Of a quantity's entries, which the core names by their indices; null where there are none.</summary>
    public double[]? Of(Quantity quantity)
    {
        var sds = Enumerable.Range(0, found is null ? 0 : quantity.Count).Select(i => found!.Sd(quantity.IndexName(i)));
        return sds.ToArray() is var all && all.Any(double.IsFinite) ? all : null;
    }

    /// <summary>Of an intercept where all columns are 0, from the weights and the intercept at a centre; null where there is none.</summary>
    public double[]? OfIntercept(IEnumerable<double> centre) => found is null ? null : [found.SdOfIntercept(centre)];

    /// <summary>Of the noise's standard deviation, from the factor of its precision; null where there is none.</summary>
    public double[]? OfSpread(string precision, Gamma factor) =>
        found is null ? null : [found.SdOfSpread(precision, factor)];
}
