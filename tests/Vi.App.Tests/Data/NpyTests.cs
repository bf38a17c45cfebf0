using System.Globalization;
using System.Text;
using Vi.App.Tests.Support;
using Xunit;

namespace Vi.App.Tests.Data;

/// <summary>NumPy files held in memory.</summary>
public sealed class NpyInMemoryTests() : NpyTests(numbersInMemory: 1 << 23);

/// <summary>The same files read block by block.</summary>
public sealed class NpyInBlocksTests() : NpyTests(numbersInMemory: 0);

/// <summary>NumPy files, written byte by byte here.</summary>
public abstract class NpyTests(long numbersInMemory) : IDisposable
{
    private const string Fake = """{ "data": { "npy": "rows.npy" }, "model": { "type": "fake", "components": 1 } }""";
    private const string Regression =
        """{ "data": { "npy": "rows.npy" }, "model": { "type": "fake-regression", "components": 1 } }""";
    private readonly Workspace workspace = new() { NumbersInMemory = numbersInMemory };

    public void Dispose()
    {
        workspace.Dispose();
        GC.SuppressFinalize(this);
    }

    private static byte[] Npy(string descr, bool fortran, string shape, byte[] data, byte version = 1)
    {
        var header = $"{{'descr': '{descr}', 'fortran_order': {(fortran ? "True" : "False")}, 'shape': {shape}, }}";
        var start = version == 1 ? 10 : 12;
        header = header.PadRight((start + header.Length + 64) / 64 * 64 - start - 1) + "\n";
        var length =
            version == 1 ? BitConverter.GetBytes((ushort)header.Length) : BitConverter.GetBytes((uint)header.Length);
        return [0x93, .. "NUMPY"u8, version, 0, .. length, .. Encoding.ASCII.GetBytes(header), .. data];
    }

    private static byte[] Doubles(params double[] values) => [.. values.SelectMany(BitConverter.GetBytes)];

    private static byte[] Singles(params float[] values) => [.. values.SelectMany(BitConverter.GetBytes)];

    private string Columns(string experiment)
    {
        var outcome = workspace.RunText(experiment);
        Assert.True(outcome.Code == 0, outcome.Error);
        var data = workspace.Result("exp").Data!;
        return string.Join(
            "; ",
            data.Summaries.Select(s =>
                string.Create(CultureInfo.InvariantCulture, $"{s.Role} {s.Name} {s.Minimum}..{s.Maximum} mean {s.Mean}")
            )
        );
    }

    [Fact]
    public void An_import_keeps_the_unit()
    {
        workspace.WriteBytes("rows.npy", Npy("<f8", false, "(3,)", Doubles(1, 2, 4)));
        var outcome = workspace.Run("import", "rows.npy", "--set", "data.unit=percent");
        Assert.True(outcome.Code == 0, outcome.Error);
        Assert.Equal(Vi.Results.DataUnit.Percent, workspace.Load("\"file\": \"rows.blocks\"").Record.Unit);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Rows_of_float64_are_read_in_every_version(byte version)
    {
        workspace.WriteBytes("rows.npy", Npy("<f8", false, "(3, 2)", Doubles(1, 10, 2, 20, 6, 90), version));
        Assert.Equal("column x1 1..6 mean 3; column x2 10..90 mean 40", Columns(Fake));
    }

    [Fact]
    public void Columns_in_fortran_order_are_read()
    {
        workspace.WriteBytes("rows.npy", Npy("<f8", true, "(3, 2)", Doubles(1, 2, 6, 10, 20, 90)));
        Assert.Equal("column x1 1..6 mean 3; column x2 10..90 mean 40", Columns(Fake));
    }

    [Fact]
    public void Float32_in_both_orders_is_read()
    {
        workspace.WriteBytes("rows.npy", Npy("<f4", false, "(2, 2)", Singles(1, 10, 2, 20)));
        Assert.Equal("column x1 1..2 mean 1.5; column x2 10..20 mean 15", Columns(Fake));
        workspace.WriteBytes("rows.npy", Npy("<f4", true, "(2, 2)", Singles(1, 2, 10, 20)));
        Assert.Equal("column x1 1..2 mean 1.5; column x2 10..20 mean 15", Columns(Fake));
    }

    [Fact]
    public void A_file_longer_than_a_block_is_read_to_its_end()
    {
        var values = Enumerable.Range(0, 140_000).Select(i => (double)i).ToArray();
        workspace.WriteBytes("rows.npy", Npy("<f8", false, "(70000, 2)", Doubles(values)));
        Assert.Equal("column x1 0..139998 mean 69999; column x2 1..139999 mean 70000", Columns(Fake));
    }

    /// <summary>Rows of three columns as a file has them: float64 or float32, row by row or column by column.</summary>
    private static byte[] File(string type, bool fortran, double[][] rows)
    {
        var ordered = fortran
            ? Enumerable.Range(0, rows[0].Length).SelectMany(j => rows.Select(row => row[j]))
            : rows.SelectMany(row => row);
        var bytes = string.Equals(type, "<f8", StringComparison.Ordinal)
            ? Doubles([.. ordered])
            : Singles([.. ordered.Select(value => (float)value)]);
        return Npy(type, fortran, $"({rows.Length}, {rows[0].Length})", bytes);
    }

    /// <summary>More than two blocks of rows; every number is one of float32 too.</summary>
    private static double[][] ManyRows() =>
        [
            .. Enumerable
                .Range(0, 9001)
                .Select(i => new double[] { (float)System.Math.Sin(i), (i % 17) - 8, (i % 5) + ((i % 17) / 4.0) }),
        ];

    [Theory]
    [InlineData("<f8", false, false)]
    [InlineData("<f8", true, false)]
    [InlineData("<f4", false, false)]
    [InlineData("<f4", true, false)]
    [InlineData("<f4", true, true)]
    public void Every_kind_of_file_gives_the_bits_of_the_same_numbers_in_memory(
        string type,
        bool fortran,
        bool standardize
    )
    {
        var experiment =
            $$"""{ "name": "it", "data": { "npy": "rows.npy", "columns": ["x2", "x1", "y"], "standardize": {{(standardize ? "true" : "false")}} }, "model": { "type": "linear-regression" } }""";
        // Moments of blocks differ from those of all rows by rounding, so standardised numbers are compared on one path.
        using var plain = new Workspace
        {
            HasRealModels = true,
            NumbersInMemory = standardize ? numbersInMemory : 1 << 23,
        };
        plain.WriteBytes("rows.npy", File("<f8", fortran: false, ManyRows()));
        Assert.Equal(0, plain.RunText(experiment).Code);
        using var other = new Workspace { HasRealModels = true, NumbersInMemory = numbersInMemory };
        other.WriteBytes("rows.npy", File(type, fortran, ManyRows()));
        Assert.Equal(0, other.RunText(experiment).Code);
        Assert.Equal(plain.Result("it").Parameters.ToJsonString(), other.Result("it").Parameters.ToJsonString());
        Assert.Equal(plain.Result("it").Elbo!.History, other.Result("it").Elbo!.History);
    }

    [Theory]
    [InlineData("<f8", false, double.NaN)]
    [InlineData("<f8", true, double.PositiveInfinity)]
    [InlineData("<f4", false, double.NegativeInfinity)]
    [InlineData("<f4", true, double.NaN)]
    public void A_number_that_is_not_finite_is_found_where_it_is(string type, bool fortran, double value)
    {
        var rows = ManyRows();
        rows[8765][1] = value;
        workspace.WriteBytes("rows.npy", File(type, fortran, rows));
        Assert.Contains(
            $"rows.npy: row 8766 (the first is 1), column \"x2\": {value.ToString(CultureInfo.InvariantCulture)} is not a finite number",
            workspace.ErrorOf(Fake),
            StringComparison.Ordinal
        );
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_logistic_regression_reads_any_file(bool fortran)
    {
        using var real = new Workspace { HasRealModels = true, NumbersInMemory = numbersInMemory };
        double[][] rows = [.. ManyRows().Select((row, i) => new[] { row[0], row[1], (i * 7) % 3 == 0 ? 1.0 : 0.0 })];
        real.WriteBytes("rows.npy", File("<f8", fortran, rows));
        const string Experiment =
            """{ "name": "it", "data": { "npy": "rows.npy" }, "model": { "type": "logistic-regression", "priorSd": 3 } }""";
        Assert.Equal(0, real.RunText(Experiment).Code);
        rows[4321][2] = 2;
        real.WriteBytes("rows.npy", File("<f8", fortran, rows));
        Assert.Contains("row 4322", real.RunText(Experiment).Error, StringComparison.Ordinal);
    }

    [Fact]
    public void One_dimension_is_one_column()
    {
        workspace.WriteBytes("rows.npy", Npy("<f8", false, "(4,)", Doubles(1, 2, 3, 6)));
        Assert.Equal("column x1 1..6 mean 3", Columns(Fake));
    }

    [Fact]
    public void The_last_column_is_the_target_unless_the_experiment_says_otherwise()
    {
        workspace.WriteBytes("rows.npy", Npy("<f8", false, "(2, 3)", Doubles(1, 2, 3, 4, 5, 6)));
        Assert.Equal("column x1 1..4 mean 2.5; column x2 2..5 mean 3.5; target y 3..6 mean 4.5", Columns(Regression));
        Assert.Equal(
            "column x2 2..5 mean 3.5; column x3 3..6 mean 4.5; target x1 1..4 mean 2.5",
            Columns(Regression.Replace("\"rows.npy\"", "\"rows.npy\", \"target\": \"x1\"", StringComparison.Ordinal))
        );
        Assert.Equal(
            "column x2 2..5 mean 3.5; target y 3..6 mean 4.5",
            Columns(
                Regression.Replace(
                    "\"rows.npy\"",
                    "\"rows.npy\", \"columns\": [\"x2\", \"y\"]",
                    StringComparison.Ordinal
                )
            )
        );
    }

    [Fact]
    public void Held_out_rows_may_be_in_another_file()
    {
        using var real = new Workspace { HasRealModels = true, NumbersInMemory = numbersInMemory };
        real.WriteBytes("rows.npy", Npy("<f8", false, "(5, 2)", Doubles(1, 2.1, 2, 3.9, 3, 6, 4, 8.1, 5, 9.9)));
        real.WriteBytes("test.npy", Npy("<f8", false, "(1, 2)", Doubles(3, 16)));
        const string Experiment =
            """{ "name": "it", "data": { "npy": "rows.npy", "test": "test.npy" }, "model": { "type": "linear-regression" } }""";
        Assert.Equal(0, real.RunText(Experiment).Code);

        // The line predicts 6 where the only held-out row has 16.
        Assert.Equal(10, real.Result("it").Diagnostics["testRmse"]!.GetValue<double>(), 0.2);
    }

    public static TheoryData<byte[], string> BadFiles =>
        new()
        {
            { [], "rows.npy: the file is empty" },
            { [.. "hello, I am a text"u8], "this is no NumPy file: it does not start with \\x93NUMPY" },
            { [0x93, .. "NUM"u8], "this is no NumPy file" },
            {
                Npy("<f8", false, "(2,)", Doubles(1, 2), 9),
                "version 9 of the NumPy format is not known; known are 1, 2 and 3"
            },
            {
                Npy("<f8", false, "(3, 2)", Doubles(1, 2, 3)),
                "the file is cut short: 3 x 2 numbers need 176 bytes, and there are 152"
            },
            {
                Npy("<f8", false, "(3, 2)", [])[..40],
                "the file is cut short: its header needs 128 bytes, and there are 40"
            },
            {
                Npy("<i8", false, "(2,)", Doubles(1, 2)),
                "numbers of type <i8 are not read; save the array with astype('<f8')"
            },
            {
                Npy(">f8", false, "(2,)", Doubles(1, 2)),
                "numbers of type >f8 are not read; save the array with astype('<f8') or astype('<f4')"
            },
            {
                Npy("<c16", false, "(1,)", Doubles(1, 2)),
                "numbers of type <c16 are not read; save the array with astype('<f8') or astype('<f4')"
            },
            {
                Npy("<f4", true, "(3, 2)", Singles(1, 2, 3, 4, 5)),
                "the file is cut short: 3 x 2 numbers need 152 bytes, and there are 148"
            },
            { Npy("<f8", false, "(1, 1, 1)", Doubles(1)), "the array has 3 dimensions; one or two are needed" },
            { Npy("<f8", false, "()", Doubles(1)), "the array has 0 dimensions; one or two are needed" },
            { Npy("<f8", false, "(0, 3)", []), "the shape (0, 3) holds no numbers" },
            { Npy("<f8", false, "(99999999999, 3)", []), "the shape (99999999999, 3) is too large" },
            {
                Npy("<f8", false, "(2, 2)", Doubles(1, 2, 3, double.NaN)),
                "row 2 (the first is 1), column \"x2\": NaN is not a finite number"
            },
        };

    [Theory]
    [MemberData(nameof(BadFiles))]
    public void A_file_that_cannot_be_used_is_refused(byte[] bytes, string expected)
    {
        workspace.WriteBytes("rows.npy", bytes);
        var error = workspace.ErrorOf(Fake);
        Assert.Contains("exp.json:1: data.npy: rows.npy: ", error, StringComparison.Ordinal);
        Assert.Contains(expected, error, StringComparison.Ordinal);
    }
}
