namespace Vi.Data.Databases;

internal abstract record QuerySettings : NamedTableSettings
{
    public string? Query { get; init; }
    public int TimeLimit { get; init; } = 60;
}
