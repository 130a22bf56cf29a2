using GspMl.Onnx.Calibration;
using GspMl.Onnx.Products;
using GspMl.Onnx.Proto;
using GspMl.Onnx.Tensors;

namespace GspMl.Onnx.Reconstruction;

/// <summary>
/// Turns a layer's calibration inputs into new values, as the options ask for: how weights are scored, and whether the others make up for
/// those that go.
/// </summary>
/// <param name="options">The options.</param>
/// <param name="rows">Calibration rows, their varied copies among them.</param>
/// <param name="products">Multiplies, as long as the fits are in use.</param>
/// <param name="cancel">Looked at between rounds.</param>
internal sealed class LayerFitting(PruningOptions options, int rows, MatrixProduct products, CancellationToken cancel)
{
    /// <summary>
    /// How much errors count for the model's outputs; layers without compare filters behind their normalisation, and positions alike.
    /// </summary>
    public IReadOnlyDictionary<PrunableWeight, LayerSensitivity> Sensitivities { get; init; } = new Dictionary<PrunableWeight,
        LayerSensitivity>();

    /// <summary>Whether fits look through the activation functions behind the layers.</summary>
    public bool SeesActivations => IsReconstructed && options.Reconstruction.ActivationRounds > 0;

    private bool IsReconstructed => options.Values.AreReconstructed;

    /// <summary>Whether the support is searched together with the values, instead of chosen by scores of the dense layer.</summary>
    public bool SearchesSupports => IsReconstructed && options.Score.SearchesSupport;

    /// <summary>Gathers the samples of a layer at which the stream stops: its input and output as they are there.</summary>
    public LayerFit Start(LinearLayer layer, ActivationStream stream)
        => Start(layer, stream, batch => new(FloatTensor.Of(batch[layer.Output]), null));

    /// <summary>
    /// Gathers the samples of a layer: its input from the stream, which stops there, and the wanted output of each batch. Batches are read
    /// several at once, and added up in order.
    /// </summary>
    /// <param name="layer">The layer.</param>
    /// <param name="inputs">The stream.</param>
    /// <param name="wanted">From batch to wanted output; called on several threads.</param>
    /// <param name="activation">The activation, and what multiplies each filter before it.</param>
    public LayerFit Start(LinearLayer layer, ActivationStream inputs, Func<BatchTensors, WantedOutput> wanted,
        (Func<float[], float[]> Function, IReadOnlyList<double> Gains)? activation = null)
    {
        var samples =
            new LayerSamples(layer, new(SamplesPerRow(layer), PositionWeights(layer), options.Reconstruction.Seed), rows, products,
                options.MaxThreads);
        OrderedBatches.Run(inputs.Batches, inputs.AtOnce, Read, (batch, read) =>
        {
            LargeMemory.Relieve();
            samples.Add(read.Input, read.Wanted.Values, read.Wanted.PreActivations, inputs.Masks[batch]);
        }, cancel);
        var original = layer.ReadWeights();
        var block = layer.FiltersPerGroup * layer.Inputs;
        var solvers = samples.Problems(centred: layer.Bias is not null).Select((problem, group) => new RidgeSolver(Finite(problem, layer),
            original[(group * block)..((group + 1) * block)],
            options.Reconstruction.Ridge)
        { MaxThreads = options.MaxThreads });
        var targets = activation is var (function, gains) ? new ActivationTargets(samples.Kept, gains, function) : null;
        var fit = new LayerFit([.. solvers], Gains(layer), products)
        {
            Targets = targets,
            Pattern = options.Pattern.Layout(layer.Weight),
            MaxThreads = options.MaxThreads,
        };
        LargeMemory.Release(layer.Inputs);
        return fit;

        (FloatTensor Input, WantedOutput Wanted) Read(int batch)
        {
            using var tensors = inputs.At(batch);
            return (FloatTensor.Of(tensors[layer.Input]), wanted(tensors));
        }
    }

    /// <summary>No ridge makes a matrix with a NaN positive definite.</summary>
    private static LeastSquaresProblem Finite(LeastSquaresProblem problem, LinearLayer layer)
        => double.IsFinite(problem.MeanSquare) && problem.Energy.ToArray().All(double.IsFinite)
            ? problem
            : throw new OnnxModelException($"node '{layer.Weight.Node}', tensor '{layer.Weight.Name}': the layer's inputs or outputs hold "
                + "NaN or infinity on the calibration rows.");

    /// <summary>Takes weights out until <paramref name="keep"/> are left, to see what that costs.</summary>
    public void Try(LinearLayer layer, LayerFit fit, long keep)
    {
        if (SearchesSupports) fit.Shrink(keep, SearchEffort.Trial(options.Reconstruction.TrialRounds), cancel);
        else Restrict(fit, fit.Best(options.Score.Costs(new CalibratedLayer(layer.Weight, fit)), keep));
    }

    /// <summary>Takes weights out until <paramref name="keep"/> are left, once and for all.</summary>
    public void Shrink(LayerFit fit, long keep)
    {
        var rounds = options.Reconstruction.SearchRounds;
        fit.Shrink(keep, fit.IsLarge ? SearchEffort.Large(rounds) : SearchEffort.Full(rounds), cancel);
        Relax(fit);
    }

    /// <summary>Keeps the given support, refitted where values are reconstructed.</summary>
    public void Restrict(LayerFit fit, IReadOnlyList<int[]> supports)
    {
        if (!IsReconstructed)
        {
            fit.Mask(supports);
            return;
        }
        fit.Restrict(supports, cancel);
        Relax(fit);
    }

    private void Relax(LayerFit fit)
    {
        for (var round = 0; fit.Targets is { } targets && round < options.Reconstruction.ActivationRounds; round++)
        {
            targets.Relax(fit);
            fit.Refit(cancel);
        }
    }

    /// <summary>The new values of the layer's weight and, where it was refitted, of its bias.</summary>
    public IReadOnlyList<(TensorProto Tensor, double[] Values)> Values(LinearLayer layer, LayerFit fit)
    {
        var weight = (layer.Tensor, layer.ToStored(fit.Weights));
        if (!IsReconstructed || layer.Bias is not { } bias) return [weight];
        return [weight, (bias.Tensor, bias.Updated(WorkingModel.Values(bias.Tensor), fit.Intercepts()))];
    }

    /// <summary>One cost for each stored element: an entry is worth |w|/cost.</summary>
    public double[] Costs(LinearLayer layer, LayerFit fit) => layer.ToStored(options.Score.Costs(new CalibratedLayer(layer.Weight, fit)));

    private IReadOnlyList<double> Gains(LinearLayer layer)
        => Sensitivities.TryGetValue(layer.Weight, out var sensitivity) ? [.. sensitivity.Filters.Select(Math.Sqrt)] : layer.Gains;

    private IReadOnlyList<double> PositionWeights(LinearLayer layer)
        => options.Reconstruction.WeighPositions && Sensitivities.TryGetValue(layer.Weight, out var sensitivity) ? sensitivity.Positions
            : [];

    /// <summary>The samples that a layer is fitted to.</summary>
    /// <param name="layer">The layer.</param>
    /// <param name="positions">Positions of a row.</param>
    public long SamplesOf(LinearLayer layer, int positions) => (long)rows * Math.Min(SamplesPerRow(layer), positions);

    private int SamplesPerRow(LinearLayer layer)
    {
        var wanted = Math.Max(options.Reconstruction.MinimumSamples, options.Reconstruction.SamplesPerInput * layer.Inputs);
        return (int)Math.Max(1, Math.Ceiling(wanted / rows));
    }
}
