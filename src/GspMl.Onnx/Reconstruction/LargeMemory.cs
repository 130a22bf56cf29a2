namespace GspMl.Onnx.Reconstruction;

/// <summary>
/// Gives back what a large layer took for its moments, its factorisation and its fit. Its matrices are large objects of a gigabyte
/// together, which the collector would let pile up.
/// </summary>
internal static class LargeMemory
{
    private const long Large = 16L << 20;

    /// <summary>
    /// Collects where the layer is large. To be called where no local of the method itself still refers to what is to go: code that is not
    /// optimised yet keeps such locals alive.
    /// </summary>
    /// <param name="inputs">Inputs of a filter.</param>
    public static void Release(int inputs)
    {
        if ((long)inputs * inputs * sizeof(double) > Large)
            GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
    }
}
