namespace GspMl.Onnx.Reconstruction;

/// <summary>
/// Gives back what a large layer's fit took before the next one begins. Its matrices are large objects of a gigabyte together, which the
/// collector would let several layers pile up.
/// </summary>
internal static class LargeMemory
{
    private const long Large = 64L << 20;

    /// <summary>Collects where the fit was large.</summary>
    /// <param name="fit">The fit, which nothing refers to afterwards.</param>
    public static void Release(LayerFit fit)
    {
        if ((long)fit.Inputs * fit.Inputs * sizeof(double) > Large)
            GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
    }
}
