namespace Vi.Verification.FSharp

open Vi.Math.FSharp

/// Fixed log ratios and what R's loo says of them.
[<RequireQualifiedAccess>]
module PublishedRatios =

    /// Multiples of the golden ratio modulo 1: numbers that any program can make for itself.
    let golden (count: int) (offset: float) =
        Array.init count (fun i -> (float (i + 1) * 0.6180339887498949 + offset) % 1.0)

    let ratios (name: string) : float[] =
        match name with
        | "pareto03" -> golden 1000 0.25 |> Array.map (fun u -> -0.3 * Special.log1p -u)
        | "pareto06" -> golden 4000 0.25 |> Array.map (fun u -> -0.6 * Special.log1p -u - 1000.0)
        | "pareto12" -> golden 500 0.5 |> Array.map (fun u -> -1.2 * Special.log1p -u + 3.0)
        | "bounded" -> golden 2000 0.1 |> Array.map (fun u -> log (0.2 + u * (1.0 - u)))
        | "small" -> golden 30 0.3 |> Array.map (fun u -> 3.0 * u * u)
        | "normal" -> golden 1500 0.25 |> Array.map (fun u -> 0.35 * pown (Special.normalQuantile u) 2)
        | other -> invalidArg (nameof name) $"no fixed ratios '{other}'"

    /// Ratios, relative efficiency, k-hat, effective sample size, log weights of the first and the last draw and the largest, and the
    /// log of the average ratio: from loo 2.5.1 under R 4.2.2.
    let figures =
        [ ("pareto03",
           1.0,
           0.3275392727381031,
           828.8465203607857,
           -6.656964228479232,
           -7.164309672591441,
           -4.924601658241999,
           0.3567722135215909)
          ("pareto03",
           0.5,
           0.3275157692600446,
           414.4639413822846,
           -6.656197811595103,
           -7.164296902616187,
           -4.924588888266745,
           0.3567594435463377)
          ("pareto06",
           1.0,
           0.597298161198505,
           745.5791481843057,
           -7.980727590576294,
           -8.903241880865153,
           -3.826157163974699,
           -999.0981955214767)
          ("pareto06",
           0.5,
           0.6017508805460068,
           371.4687432552782,
           -7.981018990558368,
           -8.903533280847228,
           -3.826448563956774,
           -999.0979041214946)
          ("pareto12",
           1.0,
           1.028702602101502,
           9.782482035302822,
           -8.729683294672594,
           -8.00713303114018,
           -1.233831957342931,
           5.66579730790899)
          ("pareto12",
           0.5,
           1.070628498173154,
           4.359266676778472,
           -8.771483614908673,
           -8.04893335137626,
           -1.165860302111241,
           5.70759762814507)
          ("bounded",
           1.0,
           -1.645867052225427,
           1920.671786936156,
           -7.507804116511947,
           -7.677160156944228,
           -7.396155225905186,
           -1.003254977631602)
          ("bounded",
           0.5,
           -1.682474207419906,
           960.336591655302,
           -7.507801988445109,
           -7.677158028877391,
           -7.396153097838349,
           -1.00325710569844)
          ("small",
           1.0,
           0.1985801157598464,
           14.00509431444914,
           -2.305862725456937,
           -2.879903671808965,
           -1.991198693909944,
           1.512020929745221)
          ("normal",
           1.0,
           0.6121407895204791,
           490.6780137343304,
           -7.427752150320616,
           -7.769343069466306,
           -3.79168216425824,
           0.55133686310056)
          ("normal",
           0.5,
           0.6110841739753617,
           245.3131633039277,
           -7.427862319640191,
           -7.76945323878588,
           -3.791792333577814,
           0.5514470324201346) ]
