namespace GspMl.Fuzz.Targets;

/// <summary>How a case ended that ended as promised.</summary>
internal enum Ending
{
    /// <summary>With a result.</summary>
    Done,

    /// <summary>With a documented exception, or the exit code and the message of one.</summary>
    Refused,
}

/// <summary>A case that ended otherwise; the message says how.</summary>
internal sealed class BrokenPromiseException(string message) : Exception(message);
