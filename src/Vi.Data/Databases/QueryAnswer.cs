using System.Data.Common;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using Vi.Data.Columns;
using Vi.Data.Typed;

namespace Vi.Data.Databases;

/// <summary>The rows that a query gives, as cells.</summary>
internal static class QueryAnswer
{
    /// <summary>
    /// Reads all rows. Raises <see cref="ExperimentException"/> for names that occur twice or are not there, for no rows, and naming
    /// column and row of a number that is too long.
    /// </summary>
    /// <param name="isRead">Whether a column's type is read, by its place.</param>
    /// <param name="cell">The cell of a column, by its place, in the row that the reader is at.</param>
    public static CellTable Of(
        TableRequest request,
        string query,
        DbDataReader reader,
        Func<int, bool> isRead,
        Func<int, object> cell
    )
    {
        var names = KeptColumns.Names(request, Enumerable.Range(0, reader.FieldCount).Select(reader.GetName));
        var kept = KeptColumns.Of(request, names);
        var (pool, unread) = (new TextPool(), new Dictionary<int, UnreadColumn>());
        var columns = new TypedCells?[names.Count];
        for (var j = 0; j < names.Count; j++)
        {
            if (!isRead(j))
            {
                unread[j] = new UnreadColumn(names[j], reader.GetDataTypeName(j));
            }
            else if (kept[j])
            {
                columns[j] = new TypedCells(names[j], j, pool);
            }
        }

        var rows = 0;
        while (reader.Read())
        {
            rows++;
            for (var j = 0; j < columns.Length; j++)
            {
                if (columns[j] is { } into && !into.Add(Cell(j)))
                {
                    unread[j] = new UnreadColumn(names[j], reader.GetDataTypeName(j));
                    columns[j] = null;
                }
            }
        }

        List<CellColumn> read = [.. columns.OfType<TypedCells>().Select(column => column.Column())];
        return rows == 0
            ? throw new ExperimentException(
                Place(request),
                $"{request.Shown}: the query gives no rows; at least one is needed"
            )
            : new CellTable(read, null, [])
            {
                Unread = [.. unread.OrderBy(pair => pair.Key).Select(pair => pair.Value)],
                Sha256 = Digest(query, read),
            };

        object Cell(int j)
        {
            try
            {
                return cell(j);
            }
            catch (OverflowException)
            {
                throw Unread(
                    j,
                    $"a number of the type {reader.GetDataTypeName(j)} has more digits than are read, or is infinite"
                );
            }
            catch (InvalidCastException)
            {
                throw Unread(j, $"{reader.GetDataTypeName(j)} NaN and infinity are not read");
            }
        }

        ExperimentException Unread(int j, string why) =>
            request.Fail(
                $": row {rows}, column \"{names[j]}\": {why}; cast the column to double precision in data.query"
            );
    }

    /// <summary>Where a problem with the query is reported; nowhere for new rows, which no setting names.</summary>
    public static string Place(TableRequest request) => request.SettingPath.Length == 0 ? "" : "data.query";

    /// <summary>Lower-case hexadecimal SHA-256 of a query and its answer.</summary>
    private static string Digest(string query, IReadOnlyList<CellColumn> columns)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Text(query);
        foreach (var column in columns)
        {
            Text(column.Name);
            hash.AppendData(MemoryMarshal.AsBytes(CollectionsMarshal.AsSpan(column.Numbers)));
            foreach (var (row, text) in column.Texts)
            {
                Number(row);
                Text(text);
            }

            foreach (var time in column.Dates?.Times ?? [])
            {
                Number(time?.Ticks ?? -1);
            }
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());

        void Number(long number) => hash.AppendData(BitConverter.GetBytes(number));
        void Text(string text)
        {
            var bytes = Encoding.UTF8.GetBytes(text);
            Number(bytes.Length);
            hash.AppendData(bytes);
        }
    }
}
