namespace Vi.App.Models.Programs;

internal sealed record StochasticVolatilitySettings
{
    public double? MuMean { get; init; }
    public double MuSd { get; init; } = 2;
    public double PhiA { get; init; } = 20;
    public double PhiB { get; init; } = 1.5;
    public double SigmaRate { get; init; } = 5;
    public double? MeanSd { get; init; }
    public Parameterization Parameterization { get; init; } = Parameterization.Automatic;
}

/// <summary>What the coordinates of a latent path are.</summary>
internal enum Parameterization
{
    /// <summary>What suits the algorithm.</summary>
    Automatic,
    Centred,
    NonCentred,
}

/// <summary>Returns whose log variance follows a first-order autoregression.</summary>
internal sealed class StochasticVolatility()
    : Model<StochasticVolatilitySettings>("stochastic-volatility", DataNeed.Columns, Provision.LogDensity)
{
    /// <summary>A normal distribution of a path and its scale is too narrow in the scale, whatever the family; draws are not.</summary>
    public override Algorithm Preferred => NutsSettings.Descriptor;

    public override IReadOnlyList<string> ShownTruths => ["volatility"];

    public override int? ColumnCount => 1;

    public override bool IsSeries => true;

    public override bool ReadsReturns => true;

    protected override IPreparedFit Prepare(FitRequest request, StochasticVolatilitySettings settings)
    {
        var data = OneColumn.Of(request, Type);
        var (origin, unit) = request.RequireData().Scale(0);
        if (settings.MeanSd == 0)
        {
            // Standardised returns without a mean have the column's own.
            request = request.Centred();
        }

        var returns = ProgramData.Target(request).ToArray();
        var sd = ProgramData.Spread(returns);
        if (!(sd > 0))
        {
            throw new ExperimentException("data", "the returns do not vary, so they have no volatility to follow");
        }

        var centred =
            settings.Parameterization == Parameterization.Centred
            || (
                settings.Parameterization == Parameterization.Automatic
                && request.Inference
                    is Algorithms.AdviSettings
                        or Algorithms.LaplaceSettings
                        or Algorithms.PathfinderSettings
            );
        var model = ProgramModels.Volatility(
            returns,
            new VolatilityOptions
            {
                MuMean = settings.MuMean + (2 * Log(unit)) ?? (2 * Log(sd)),
                MuSd = settings.MuSd,
                PhiA = settings.PhiA,
                PhiB = settings.PhiB,
                SigmaRate = settings.SigmaRate,
                MeanReturn = origin,
                MeanReturnSd = settings.MeanSd * unit ?? (0.1 * sd),
                Centred = centred,
                Unit = sd,
            }
        );
        return new ProgramFit(
            request,
            model,
            new ProgramPresentation
            {
                Quantities =
                [
                    Quantity.Scalar("mu", "mean log variance"),
                    Quantity.Scalar("phi", "persistence of the log variance"),
                    Quantity.Scalar("sigma", "sd of the log variance's innovations"),
                    Quantity.Scalar("mean", $"mean of {data.Name}"),
                    Quantity.Vector("h", "log variance of each row", returns.Length),
                ],
                Hidden = ["z", "level", "path", "drift"],
                Exhibits = program =>
                    [Draws(program).Figure(request.RequireData().Calendar.RowsPerYear, request.Truth)],
                Diagnostics = program => new NamedNumbers { { "rowsInside95", Draws(program).InsideShare } },
            }
        );

        VolatilityDraws Draws(ProgramDraws program) => new(request.RequireData(), returns, program.Draws);
    }
}
