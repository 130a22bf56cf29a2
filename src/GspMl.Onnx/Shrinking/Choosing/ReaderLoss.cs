using System.Numerics.Tensors;
using GspMl.Onnx.Reconstruction;
using GspMl.Threading;

namespace GspMl.Onnx.Shrinking.Choosing;

/// <summary>
/// What a layer loses when blocks of its inputs are taken out one after the other, and the inputs that are left make up for each: the
/// squared error rises by Σ_r g_r²·w_rJᵀ·([H⁻¹]_JJ)⁻¹·w_rJ, whereupon H⁻¹ and W are those of the smaller problem (optimal brain surgeon,
/// Hassibi and Stork 1993, in blocks as in ZipLM, Kurtić et al. 2023). O(n³ + filters·n²) for all n inputs, of which half is saved by
/// symmetry, and more by forgetting what went.
/// </summary>
internal sealed class ReaderLoss
{
    // The matrices are made smaller when so much of them is left: copies then cost little beside what they save.
    private const double Compact = 0.8;

    private readonly int filters;
    private readonly int maxThreads;
    private readonly IReadOnlyDictionary<int, int[]> blocks;

    // Where an input stands among those that are left or went lately; −1 for one that is forgotten.
    private readonly int[] places;
    private int n;
    private int left;
    private bool[] isGone;

    // Row-major, n × n; the lower triangle alone is kept.
    private readonly double[] inverse;

    // Inputs × filters, each filter's weights times its gain.
    private readonly double[] weights;

    /// <param name="fit">The layer, dense; it has one group of filters.</param>
    /// <param name="blocks">The inputs of each channel: kernel positions, or features.</param>
    public ReaderLoss(LayerFit fit, IReadOnlyDictionary<int, int[]> blocks)
    {
        (n, left, filters, maxThreads, this.blocks) = (fit.Inputs, fit.Inputs, fit.FiltersPerGroup, fit.MaxThreads, blocks);
        (places, isGone) = ([.. Enumerable.Range(0, n)], new bool[n]);
        var solver = fit.Groups[0];
        inverse = Product(solver.InverseFactor(), n, maxThreads);
        weights = new double[n * filters];
        for (var r = 0; r < filters; r++)
        {
            var original = solver.Original(r);
            var gain = fit.Gain(r);
            for (var j = 0; j < n; j++) weights[(j * filters) + r] = original[j] * gain;
        }
    }

    /// <summary>The rise of the error if the channel went next: the trace of ([H⁻¹]_JJ)⁻¹·W_J·W_Jᵀ.</summary>
    public double Of(int channel)
    {
        var block = Block(channel);
        var k = block.Length;
        if (k == 0) return 0;
        var (factor, squares, loss) = (Factor(block), new double[k * k], 0.0);
        for (var a = 0; a < k; a++)
            for (var b = 0; b <= a; b++)
                squares[(a * k) + b] = squares[(b * k) + a] = TensorPrimitives.Dot<double>(Weights(block[a]), Weights(block[b]));
        for (var a = 0; a < k; a++)
        {
            var row = squares.AsSpan(a * k, k);
            CholeskyFactor.Solve(factor, k, row);
            loss += row[a];
        }
        return loss;
    }

    /// <summary>Takes a channel out.</summary>
    public void Remove(int channel)
    {
        var block = Block(channel);
        var k = block.Length;
        if (k == 0) return;
        var factor = Factor(block);
        double[][] rows = [.. block.Select(Row)];
        double[][] read = [.. block.Select(place => Weights(place).ToArray())];
        foreach (var place in block) isGone[place] = true;
        Threads.For(n, maxThreads, i =>
        {
            if (isGone[i]) return;
            var part = new double[k];
            for (var a = 0; a < k; a++) part[a] = rows[a][i];
            CholeskyFactor.Solve(factor, k, part);
            ScaledRows.Subtract(inverse.AsSpan(i * n, i + 1), rows, part);
            ScaledRows.Subtract(Weights(i), read, part);
        });
        left -= k;
        if (left < Compact * n) Forget();
    }

    /// <summary>Where the channel's inputs stand, but for those that went with another one.</summary>
    private int[] Block(int channel) => blocks.TryGetValue(channel, out var inputs)
        ? [.. inputs.Select(input => places[input]).Where(place => place >= 0 && !isGone[place])] : [];

    private Span<double> Weights(int place) => weights.AsSpan(place * filters, filters);

    private double Entry(int i, int j) => i < j ? inverse[(j * n) + i] : inverse[(i * n) + j];

    private double[] Row(int place)
    {
        var row = new double[n];
        inverse.AsSpan(place * n, place + 1).CopyTo(row);
        for (var i = place + 1; i < n; i++) row[i] = inverse[(i * n) + place];
        return row;
    }

    /// <summary>Leaves what went out of the matrices.</summary>
    private void Forget()
    {
        int[] stay = [.. Enumerable.Range(0, n).Where(place => !isGone[place])];
        // In place: every entry moves towards the front.
        for (var i = 0; i < stay.Length; i++)
        {
            var (from, to) = (stay[i] * n, i * stay.Length);
            for (var j = 0; j <= i; j++) inverse[to + j] = inverse[from + stay[j]];
            Weights(stay[i]).CopyTo(Weights(i));
        }
        var next = new int[n];
        Array.Fill(next, -1);
        foreach (var (i, place) in stay.Index()) next[place] = i;
        for (var input = 0; input < places.Length; input++)
            if (places[input] >= 0) places[input] = next[places[input]];
        (n, isGone) = (stay.Length, new bool[stay.Length]);
    }

    /// <summary>
    /// The Cholesky factor of [H⁻¹]_JJ; what rounding took from a block that the others nearly determine is given back. The lift ends at a
    /// million times the block's largest diagonal entry, 19 rounds on: beyond k times it, every row is dominated by its diagonal.
    /// </summary>
    private double[] Factor(int[] block)
    {
        var k = block.Length;
        var factor = new double[k * k];
        for (var lift = 0.0; ; lift = Math.Max(1e-12, lift * 10))
        {
            var largest = block.Max(j => Entry(j, j));
            for (var i = 0; i < k; i++)
                for (var j = 0; j < k; j++)
                    factor[(i * k) + j] = Entry(block[i], block[j]) + (i == j ? lift * Math.Max(largest, double.Epsilon) : 0);
            if (CholeskyFactor.Factor(factor, k)) return factor;
            if (lift > 1e6) throw new InvalidOperationException("The inverse of a Gram matrix is not positive.");
        }
    }

    /// <summary>The lower triangle of U·Uᵀ, in the place of an upper triangular U: a row is only read for those before it.</summary>
    private static double[] Product(double[] upper, int n, int maxThreads)
    {
        Threads.For(n, maxThreads, i =>
        {
            var own = upper.AsSpan((i * n) + i, n - i);
            for (var j = 0; j < i; j++) upper[(i * n) + j] = DotTile.Dot(own, upper.AsSpan((j * n) + i, n - i));
            own[0] = DotTile.Dot(own, own);
        });
        return upper;
    }
}
