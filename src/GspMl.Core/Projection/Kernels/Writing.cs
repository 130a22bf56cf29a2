namespace GspMl.Projection.Kernels;

/// <summary>What a writer writes of the support; a type parameter.</summary>
internal interface IWriting
{
    /// <summary>Whether the excesses are written, multiplied with a factor, and not the entries themselves.</summary>
    static abstract bool Projects { get; }
}

/// <summary>Excesses multiplied with a factor.</summary>
internal readonly struct WritesProjected : IWriting
{
    public static bool Projects => true;
}

/// <summary>The entries as they are.</summary>
internal readonly struct WritesOriginal : IWriting
{
    public static bool Projects => false;
}

/// <summary>Where results go; a type parameter.</summary>
internal interface IStoring
{
    /// <summary>Past the caches.</summary>
    static abstract bool Streams { get; }
}

/// <summary>Into the caches.</summary>
internal readonly struct Cached : IStoring
{
    public static bool Streams => false;
}

/// <summary>Past them.</summary>
internal readonly struct Streamed : IStoring
{
    public static bool Streams => true;
}
