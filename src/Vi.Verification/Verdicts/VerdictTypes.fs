namespace Vi.Verification

open Vi.Math

/// A number's posterior moments: exact, or by chains.
type ReferenceNumber =
    {
        Name: string
        Mean: float
        Sd: float
        /// Monte Carlo standard error of the mean; 0 where it is exact.
        MeanError: float
        /// Monte Carlo standard error of the standard deviation's logarithm; 0 where it is exact.
        LogSdError: float
        /// Rank-normalised split R-hat; 1 where it is exact.
        RHat: float
        /// Shape of the heavier tail (generalised Pareto): moments of order 1 / shape and above are infinite; 0 where the moments are exact.
        TailShape: float
    }

/// A number that a fit reports next to its posterior moments.
type FittedNumber =
    {
        Mean: float
        Sd: float
        /// Standard errors of mean and of log sd by which the study knows them, where users see exact ones; 0 for what users see.
        MeanError: float
        LogSdError: float
        Reference: ReferenceNumber
    }

/// A fit as a user sees it, next to the posterior.
type VerdictFit =
    {
        /// What the fit says of itself.
        Judgement: Judgement
        Numbers: FittedNumber[]
    }

/// A kind of data set with the model that is fitted to it.
type VerdictKind =
    {
        /// Unique name.
        Name: string
        /// The model's type, or program or density where it is none of the models with a type.
        Model: string
        /// Algorithms that fit it.
        Algorithms: string list
        /// The data set of a seed: fits by an algorithm's name. Its reference is made once, when the first fit is compared.
        Draw: uint64 -> string -> VerdictFit
    }
