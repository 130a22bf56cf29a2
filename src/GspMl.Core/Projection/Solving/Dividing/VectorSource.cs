using GspMl.Projection.Kernels;

namespace GspMl.Projection.Solving;

/// <summary>The vectors of one buffer as the engine sees them: pinned pointers and strides.</summary>
internal readonly unsafe struct VectorSource<T>
    where T : unmanaged
{
    public VectorSource(T* source, T* destination, bool* mask, VectorLayout layout, T* weights, long weightLength)
    {
        Source = source;
        Destination = destination;
        Mask = mask;
        Layout = layout;
        Weights = weightLength == 0 ? null : weights;
        SharedWeights = weightLength == layout.Length;
    }

    public readonly T* Source;
    public readonly T* Destination;
    public readonly bool* Mask;
    public readonly T* Weights;
    public readonly VectorLayout Layout;
    public readonly bool SharedWeights;

    public bool HasWeights => Weights != null;

    /// <summary>Whether eight vectors lie side by side, so that a lane can be a vector.</summary>
    public bool IsInterleaved => Layout is { ElementStride: > 1, VectorStride: 1, Count: >= Lanes.Width, Length: >= 2 };

    public long Offset(int vector, long entry) => vector * Layout.VectorStride + entry * Layout.ElementStride;

    public T* WeightAt(int vector, long entry) => SharedWeights ? Weights + entry : Weights + Offset(vector, entry);
}
