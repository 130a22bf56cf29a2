using GspMl.Threading;

namespace GspMl.LinearAlgebra;

/// <summary>
/// Work cut into blocks whose size depends on the data alone: whatever the number of threads, every sum is added in the same order and
/// has the same bits.
/// </summary>
internal readonly record struct Blocks(int Total, int Size)
{
    public int Count => (Total + Size - 1) / Size;

    public int Start(int block) => block * Size;

    public int End(int block) => Math.Min(Total, Start(block) + Size);

    /// <summary>Runs the action on (start, end) of every block; blocks are independent of one another.</summary>
    public void Each(int maxThreads, Action<int, int> action, CancellationToken cancel = default)
    {
        var blocks = this;
        Threads.For(Count, maxThreads, b => action(blocks.Start(b), blocks.End(b)), cancel);
    }

    /// <summary>Adds up what the function gives for every block, in the order of the blocks.</summary>
    public double Sum(int maxThreads, Func<int, int, double> function)
    {
        var parts = new double[Count];
        var blocks = this;
        Each(maxThreads, (start, end) => parts[start / blocks.Size] = function(start, end));
        var sum = 0.0;
        foreach (var part in parts) sum += part;
        return sum;
    }
}
