using Vi.Data.Columns;

namespace Vi.Data.Csv;

/// <summary>Tells decimal points from decimal commas.</summary>
internal static class DecimalSigns
{
    /// <summary>
    /// The sign that the cells show. Raises <see cref="ExperimentException"/> where a comma may separate thousands as well as decimals, and
    /// nothing else in the file tells which.
    /// </summary>
    public static DecimalSign Recognised(TableRequest request, IEnumerable<string[]> rows, Delimiter delimiter)
    {
        var counts = new int[4];
        var example = "";
        foreach (var cell in rows.SelectMany(row => row))
        {
            var shape = NumberText.Shape(cell);
            counts[(int)shape]++;
            example = shape == NumberShape.Either && example.Length == 0 ? cell : example;
        }

        var (points, commas, either) = (
            counts[(int)NumberShape.Point],
            counts[(int)NumberShape.Comma],
            counts[(int)NumberShape.Either]
        );
        if (points + commas > 0)
        {
            return commas > points ? DecimalSign.Comma : DecimalSign.Point;
        }

        return either == 0 || delimiter == Delimiter.Comma ? DecimalSign.Point
            : delimiter == Delimiter.Semicolon ? DecimalSign.Comma
            : throw request.Fail(
                $": in \"{Printable.Cell(example)}\" the comma may separate thousands or decimals; set data.decimal to \"point\" or \"comma\""
            );
    }
}
