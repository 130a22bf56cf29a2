using GspMl.Projection.Kernels;

namespace GspMl.Projection.Solving;

/// <summary>Three sums for each of many vectors, or for each vector's part in a chunk.</summary>
internal sealed unsafe class SumTable
{
    private readonly PinnedArray<double> p = new(), q = new(), w = new();

    public double* P => p.Pointer;

    public double* Q => q.Pointer;

    public double* W => w.Pointer;

    public ThresholdSums this[int index]
    {
        get => new(P[index], Q[index], W[index]);
        set => (P[index], Q[index], W[index]) = value;
    }

    public void Reserve(int length)
    {
        p.Reserve(length);
        q.Reserve(length);
        w.Reserve(length);
    }
}
