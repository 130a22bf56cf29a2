namespace GspMl.Projection.Kernels;

/// <summary>
/// What a <see cref="PlainSweep"/> does with the entries between its thresholds; a type parameter, so that sums alone cost less.
/// </summary>
internal interface IKeeping
{
    /// <summary>Whether they are kept, and the largest magnitude is sought.</summary>
    static abstract bool Keeps { get; }

    /// <summary>Whether they are many, so that packing all of a register at once beats picking each.</summary>
    static abstract bool Many { get; }
}

/// <summary>Nothing but sums.</summary>
internal readonly struct KeepsNone : IKeeping
{
    public static bool Keeps => false;

    public static bool Many => false;
}

/// <summary>About one entry or less of a group.</summary>
internal readonly struct KeepsFew : IKeeping
{
    public static bool Keeps => true;

    public static bool Many => false;
}

/// <summary>Any number.</summary>
internal readonly struct KeepsMany : IKeeping
{
    public static bool Keeps => true;

    public static bool Many => true;
}
