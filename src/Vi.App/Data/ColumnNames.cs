using Vi.App.Configuration;

namespace Vi.App.Data;

/// <summary>Checks the column names that an experiment gives.</summary>
internal static class ColumnNames
{
    /// <summary>Raises <see cref="ExperimentException"/> for each name that the file does not have, with the nearest one.</summary>
    public static void Check(TableRequest request, IReadOnlyCollection<string> existing)
    {
        var problems = new List<Problem>();
        var columns = request.Columns ?? [];
        for (var i = 0; i < columns.Count; i++)
        {
            Add($"data.columns[{i}]", columns[i]);
            if (columns.Take(i).Contains(columns[i], StringComparer.Ordinal))
            {
                problems.Add(new Problem($"data.columns[{i}]", $"\"{columns[i]}\" stands twice in the list; keep one"));
            }
        }

        if (request.Columns is { Count: 0 })
        {
            problems.Add(new Problem("data.columns", "the list is empty; name at least one column, or remove the key"));
        }

        Add("data.target", request.Target);
        Add("data.labels", request.Labels);
        if (problems.Count > 0)
        {
            throw new ExperimentException(problems);
        }

        void Add(string path, string? name)
        {
            if (name is not null && !existing.Contains(name))
            {
                problems.Add(
                    new Problem(path, $"{request.Shown} has no column \"{name}\"{NearestName.Hint(name, existing)}")
                );
            }
        }
    }
}
