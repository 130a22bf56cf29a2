namespace GspMl.Projection;

/// <summary>The vectors of one buffer as the engine sees them: pinned pointers and strides.</summary>
internal readonly unsafe struct VectorSource<T>
    where T : unmanaged
{
    public VectorSource(T* source, T* destination, bool* mask, VectorLayout layout, T* weights, long weightLength)
    {
        Source = source;
        Destination = destination;
        Mask = mask;
        Weights = weights;
        Layout = layout;
        SharedWeights = weightLength == layout.Length;
        HasWeights = weightLength != 0;
    }

    public readonly T* Source;
    public readonly T* Destination;
    public readonly bool* Mask;
    public readonly T* Weights;
    public readonly VectorLayout Layout;
    public readonly bool SharedWeights;
    public readonly bool HasWeights;
}
