namespace Vi.App.Running;

/// <summary>
/// Time that parts of a run get to end by themselves once it is stopped. They bound what is computed, not the whole wait: storing what there is
/// takes a few tenths of a second more, since its code has been run before (<see cref="Rehearsal"/>). A fit that is stopped on the way gets longer,
/// since its answer is all that there is besides the checkpoint.
/// </summary>
internal sealed record StopGraces
{
    /// <summary>For a sweep.</summary>
    public TimeSpan Sweep { get; init; } = TimeSpan.FromSeconds(0.5);

    /// <summary>To answer from a fit that had ended: what looks after its answer is left out then.</summary>
    public TimeSpan Answer { get; init; } = TimeSpan.FromSeconds(0.25);

    /// <summary>To answer from a fit that was stopped on the way.</summary>
    public TimeSpan PartialAnswer { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>To draw pages; <c>vilab report</c> draws them later.</summary>
    public TimeSpan Pages { get; init; } = TimeSpan.FromSeconds(0.3);
}
