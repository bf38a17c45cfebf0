namespace Vi.Results;

/// <summary>A member of a stored file is not what it must be; unlike the reader's own errors, its message is a sentence for users.</summary>
internal sealed class DamagedMemberException(string message) : JsonException(message);
