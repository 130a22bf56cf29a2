using GspMl.Onnx.Reconstruction;

namespace GspMl.Onnx.Structured.Choosing;

/// <summary>
/// The rise of a layer's squared error when it loses a block J of its inputs. Without a refit Σ_r g_r²·w_rJᵀ·H_JJ·w_rJ, the energy of the
/// block's part of the outputs; when the other inputs make up for it Σ_r g_r²·w_rJᵀ·([H⁻¹]_JJ)⁻¹·w_rJ (optimal brain surgeon for blocks, Hassibi and
/// Stork 1993).
/// </summary>
/// <param name="fit">The layer, dense.</param>
/// <param name="withRefit">Whether the others make up for it.</param>
internal sealed class ChannelLoss(LayerFit fit, bool withRefit)
{
    /// <summary>One loss for each block.</summary>
    /// <param name="blocks">The inputs of each block: kernel positions of a channel, or its features.</param>
    public double[] Of(IReadOnlyList<int[]> blocks)
    {
        var losses = new double[blocks.Count];
        for (var group = 0; group < fit.Groups.Count; group++) Add(group, blocks, losses);
        return losses;
    }

    private void Add(int group, IReadOnlyList<int[]> blocks, double[] losses)
    {
        var solver = fit.Groups[group];
        var inverse = withRefit ? solver.InverseFactor() : [];
        Threads.For(losses.Length, 0, b =>
        {
            var metric = withRefit ? InverseBlock(inverse, blocks[b]) : GramBlock(solver, blocks[b]);
            if (withRefit && !CholeskyFactor.Factor(metric, blocks[b].Length)) return;
            for (var r = 0; r < fit.FiltersPerGroup; r++)
            {
                var gain = fit.Gain((group * fit.FiltersPerGroup) + r);
                var original = solver.Original(r);
                var weights = new double[blocks[b].Length];
                for (var i = 0; i < weights.Length; i++) weights[i] = original[blocks[b][i]];
                losses[b] += gain * gain * Form(metric, weights);
            }
        });
    }

    /// <summary>wᵀ·M⁻¹·w from the factor of M, or wᵀ·M·w.</summary>
    private double Form(double[] metric, double[] w)
    {
        var x = (double[])w.Clone();
        if (withRefit) CholeskyFactor.Solve(metric, w.Length, x);
        else
            for (var i = 0; i < w.Length; i++) x[i] = DotTile.Dot(metric.AsSpan(i * w.Length, w.Length), w);
        return DotTile.Dot(w, x);
    }

    /// <summary>A block of H⁻¹ = L⁻ᵀ·(L⁻ᵀ)ᵀ, whose rows are zero before the diagonal.</summary>
    private double[] InverseBlock(double[] inverse, int[] indices)
    {
        var (n, size) = (fit.Inputs, indices.Length);
        var block = new double[size * size];
        for (var i = 0; i < size; i++)
            for (var j = 0; j <= i; j++)
            {
                var (a, b) = (indices[i], indices[j]);
                var start = Math.Max(a, b);
                block[(i * size) + j] = block[(j * size) + i] = DotTile.Dot(inverse.AsSpan((a * n) + start, n - start), inverse.AsSpan((b * n) + start, n - start));
            }
        return block;
    }

    private static double[] GramBlock(RidgeSolver solver, int[] indices)
    {
        var block = new double[indices.Length * indices.Length];
        for (var i = 0; i < indices.Length; i++)
            for (var j = 0; j < indices.Length; j++) block[(i * indices.Length) + j] = solver.Problem.Gram[(indices[i] * solver.Problem.Inputs) + indices[j]];
        return block;
    }
}
