using GspMl.Onnx.Products;
using GspMl.Onnx.Reconstruction;
using GspMl.Onnx.Shrinking.Choosing;
using MathNet.Numerics.LinearAlgebra;

namespace GspMl.Onnx.Tests.Shrinking.Choosing;

/// <summary>
/// Losses of channels taken out one after the other, against what the whole of them loses: with A = H + λI the filters w lose
/// Σ g²·w_Rᵀ([A⁻¹]_RR)⁻¹w_R when the inputs R go and the others make up for them.
/// </summary>
public sealed class ReaderLossTests : IDisposable
{
    private const int Channels = 24;
    private const int Filters = 5;
    private readonly MatrixProduct products = new(1);

    public void Dispose() => products.Dispose();

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(4)]
    public void Each_channel_loses_what_it_adds_to_the_loss_of_those_before(int positions)
    {
        var inputs = Channels * positions;
        var fit = Fit(inputs);
        var loss = new ReaderLoss(fit, Enumerable.Range(0, Channels)
            .ToDictionary(channel => channel, channel => Enumerable.Range(channel * positions, positions).ToArray()));
        var (inverse, weights) = Problem(fit);

        var (gone, before) = (new List<int>(), 0.0);
        foreach (var channel in Enumerable.Range(0, Channels).OrderBy(channel => channel * 7 % Channels).Take(Channels - 2))
        {
            int[] block = [.. Enumerable.Range(channel * positions, positions)];
            var after = Loss(inverse, weights, [.. gone, .. block]);
            Assert.Equal(after - before, loss.Of(channel), 1e-8 * after);
            loss.Remove(channel);
            Assert.Equal(0, loss.Of(channel));
            gone.AddRange(block);
            before = after;
        }
    }

    [Fact]
    public void A_channel_that_is_not_read_loses_nothing()
    {
        var loss = new ReaderLoss(Fit(8), new Dictionary<int, int[]> { [0] = [0, 1] });
        Assert.Equal(0, loss.Of(7));
        loss.Remove(7);
        Assert.True(loss.Of(0) > 0);
    }

    private static double Loss(Matrix<double> inverse, Matrix<double> weights, int[] gone)
    {
        var corner = Matrix<double>.Build.Dense(gone.Length, gone.Length, (i, j) => inverse[gone[i], gone[j]]);
        var lost = Matrix<double>.Build.Dense(gone.Length, weights.RowCount, (i, r) => weights[r, gone[i]]);
        return (lost.Transpose() * corner.Solve(lost)).Trace();
    }

    private static (Matrix<double> Inverse, Matrix<double> Weights) Problem(LayerFit fit)
    {
        var solver = fit.Groups[0];
        var moments = Matrix<double>.Build.Dense(fit.Inputs, fit.Inputs,
            (i, j) => solver.Problem.Gram[(i * fit.Inputs) + j] + (i == j ? solver.Ridge : 0));
        return (moments.Inverse(), Matrix<double>.Build.Dense(Filters, fit.Inputs, (r, j) => fit.Gain(r) * solver.Original(r)[j]));
    }

    private LayerFit Fit(int inputs)
    {
        var random = new Random(5);
        var samples = new float[(inputs + Filters + 1) * 400];
        for (var i = 0; i < samples.Length; i++) samples[i] = random.NextSingle() - 0.5f;
        samples.AsSpan((inputs + Filters) * 400).Fill(1);
        var moments = new GramAccumulator(inputs + Filters + 1);
        moments.Add(samples, 400);
        double[] weights = [.. Enumerable.Range(0, Filters * inputs).Select(_ => random.NextDouble() - 0.5)];
        return new([new RidgeSolver(moments.Problem(inputs, Filters, centred: true), weights, 0.01)], [1, 2, 0.5, 1, 3], products);
    }
}
