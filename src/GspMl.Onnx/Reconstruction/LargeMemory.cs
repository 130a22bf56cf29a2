namespace GspMl.Onnx.Reconstruction;

/// <summary>
/// Gives back what a large layer took for its moments, its factorisation and its fit. Its matrices are large objects of a gigabyte
/// together, which the collector would let pile up.
/// </summary>
internal static class LargeMemory
{
    private const long Large = 16L << 20;

    // Far above what small models take, and under half of what a run over a large one may take in all.
    private const long MuchMemory = 768L << 20;
    private const long MuchGarbage = 256L << 20;
    private static long inUse;

    /// <summary>
    /// Collects where the layer is large. To be called where no local of the method itself still refers to what is to go: code that is not
    /// optimised yet keeps such locals alive.
    /// </summary>
    /// <param name="inputs">Inputs of a filter.</param>
    public static void Release(int inputs)
    {
        if ((long)inputs * inputs * sizeof(double) <= Large) return;
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        Volatile.Write(ref inUse, GC.GetTotalMemory(forceFullCollection: false));
    }

    /// <summary>
    /// Collects where a large model's tensors have piled up since the last time. To be called between batches: each reads tensors of
    /// megabytes that nothing refers to afterwards.
    /// </summary>
    public static void Relieve()
    {
        var memory = GC.GetTotalMemory(forceFullCollection: false);
        if (memory < MuchMemory || memory - Volatile.Read(ref inUse) < MuchGarbage) return;
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Forced, blocking: true, compacting: false);
        Volatile.Write(ref inUse, GC.GetTotalMemory(forceFullCollection: false));
    }
}
