using System.Diagnostics;
using GspMl.Onnx.Calibration;
using GspMl.Onnx.Products;
using GspMl.Onnx.Reconstruction;

namespace GspMl.Onnx.Pipeline;

/// <summary>
/// What fitting layers on calibration rows will take, by the products that it is made of, the time of one row through the model, and the
/// speed of products on this machine.
/// </summary>
/// <param name="Layers">What each layer takes, in seconds and bytes.</param>
/// <param name="Held">Bytes held besides: copies of the model and what the streams hold.</param>
internal sealed record WorkEstimate(IReadOnlyDictionary<PrunableWeight, LayerWork> Layers, long Held)
{
    // How many products a search, and the refits after it, come to on typical layers.
    private const double SearchDoublings = 8;
    private const double FullRefitProducts = 60;
    private const double LargeRefitProducts = 15;
    private const double TrialRefitProducts = 8;

    // The file, working copies of the dense and the pruned model, and for each the bytes and the sessions of the parts that run.
    private const int ModelCopies = 8;

    // What a process takes that has loaded ONNX Runtime and run a model once.
    private const long RuntimeBytes = 250L << 20;

    /// <summary>The forecast of a run that takes these steps.</summary>
    public PruningForecast Forecast(IReadOnlyCollection<PruningStep> steps)
        => new(TimeSpan.FromSeconds(Layers.Values.Sum(work => steps.Sum(step => work.Seconds(step)))),
            Held + Layers.Values.Select(work => work.Bytes).DefaultIfEmpty(0).Max());

    /// <summary>Runs one row through the model, twice.</summary>
    public static WorkEstimate Of(WorkingModel dense, IReadOnlyList<LinearLayer> layers, CalibrationInputs inputs, PruningOptions options,
        LayerFitting fitting)
    {
        var (rowSeconds, positions, rowBytes) = OneRow(dense, layers, inputs);
        // One row runs on one thread, and batches run at once.
        var atOnce = ActivationStream.BatchesAtOnce(inputs.RowsOfBatch * rowBytes, options.MaxThreads);
        rowSeconds /= Math.Min(atOnce, Environment.ProcessorCount);
        var speed = Speed(options.MaxThreads);
        var budget = RunBudget.Of([.. layers.Select(layer => layer.Weight)]);
        var work = new Dictionary<PrunableWeight, LayerWork>();
        for (var i = 0; i < layers.Count; i++)
        {
            var rest = rowSeconds * (1 - ((double)i / layers.Count));
            var products = new LayerProducts(layers[i], fitting.SamplesOf(layers[i], positions[i]));
            var reconstruction = options.Reconstruction;
            var levels = products.IsLarge ? (reconstruction.Levels.Count / 2) + 1 : reconstruction.Levels.Count;
            var trials = levels * ((2 * SearchDoublings * reconstruction.TrialRounds) + TrialRefitProducts) * products.Product;
            var fit = products.Product * (products.IsLarge
                ? (SearchDoublings * reconstruction.SearchRounds) + (LargeRefitProducts * (1 + reconstruction.ActivationRounds))
                : (2 * SearchDoublings * reconstruction.SearchRounds) + (FullRefitProducts * (1 + reconstruction.ActivationRounds)));
            work[layers[i].Weight] = new(
                Probing: OutputSensitivity.RowsFor(budget, layers[i], inputs, reconstruction.RowsPerFilter) * rest,
                Measuring: ((products.Preparation + trials) / speed) + (inputs.VariedRows * rowSeconds / layers.Count)
                    + (levels * budget.LevelRows(inputs, reconstruction.Levels.Count) * rest),
                Fitting: ((products.Preparation + fit + products.Outputs) / speed) + (2 * inputs.VariedRows * rowSeconds / layers.Count),
                products.Bytes);
        }
        return new(work, RuntimeBytes + (ModelCopies * (long)dense.Model.CalculateSize()) + (2 * ActivationStream.DefaultBudget)
            + (atOnce * inputs.RowsOfBatch * rowBytes));
    }

    /// <summary>Seconds of a row, positions of each layer in it, and the bytes of what all layers put out for it.</summary>
    private static (double Seconds, int[] Positions, long Bytes) OneRow(WorkingModel dense, IReadOnlyList<LinearLayer> layers,
        CalibrationInputs inputs)
    {
        if (layers.Count == 0) return (0, [], 0);
        using var stream = new ActivationStream(dense, inputs.FirstRow());
        using var all = stream.Rest(new Dictionary<string, int>(), [.. layers.Select(layer => layer.Output).Distinct()]);
        foreach (var value in stream.Run(all, 0, new Dictionary<string, Microsoft.ML.OnnxRuntime.OrtValue>())) value.Dispose();
        var start = Stopwatch.GetTimestamp();
        var values = stream.Run(all, 0, new Dictionary<string, Microsoft.ML.OnnxRuntime.OrtValue>());
        var seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
        var names = layers.Select(layer => layer.Output).Distinct().ToList();
        var elements = names.Zip(values).ToDictionary(pair => pair.First, pair => pair.Second.GetTensorTypeAndShape().ElementCount);
        foreach (var value in values) value.Dispose();
        return (seconds / inputs.RowsOfFirst, [.. layers.Select(layer
            => (int)Math.Max(1, elements[layer.Output] / layer.Filters / inputs.RowsOfFirst))],
            sizeof(float) * elements.Values.Sum() / inputs.RowsOfFirst);
    }

    /// <summary>Multiply-adds a second in large products.</summary>
    private static double Speed(int maxThreads)
    {
        const int Rows = 256, Inner = 1024;
        using var products = new MatrixProduct(maxThreads);
        var (a, b, c) = (new float[Rows * Inner], new float[Inner * Inner], new float[Rows * Inner]);
        products.Multiply(new(1, Rows, Inner, Inner), a, b, c);
        var start = Stopwatch.GetTimestamp();
        for (var run = 0; run < 3; run++) products.Multiply(new(1, Rows, Inner, Inner), a, b, c);
        return 3.0 * Rows * Inner * Inner / Math.Max(1e-6, Stopwatch.GetElapsedTime(start).TotalSeconds);
    }
}

/// <summary>What a layer takes.</summary>
/// <param name="Probing">Seconds to see how much its filters count.</param>
/// <param name="Measuring">Seconds to try its levels.</param>
/// <param name="Fitting">Seconds to fit it.</param>
/// <param name="Bytes">Memory while it is fitted.</param>
internal sealed record LayerWork(double Probing, double Measuring, double Fitting, long Bytes)
{
    public double Seconds(PruningStep step) => step switch
    {
        PruningStep.Probing => Probing,
        PruningStep.Measuring => Measuring,
        PruningStep.Fitting => Fitting,
        _ => 0,
    };
}

/// <summary>The products that a layer's fit is made of, in multiply-adds.</summary>
internal sealed class LayerProducts
{
    /// <param name="layer">The layer.</param>
    /// <param name="samples">The samples that it is fitted to.</param>
    public LayerProducts(LinearLayer layer, long samples)
    {
        double k = layer.Inputs, n = samples, m = layer.Filters, groups = layer.Groups;
        var size = k + layer.FiltersPerGroup + 1;
        var isFew = samples <= LayerSamples.FewSamples * layer.Inputs;
        IsLarge = LayerFit.IsLargeLayer(m * k, k);
        Product = isFew ? 2 * m * k * n : m * k * k;
        Preparation = isFew ? (m * k * n) + (groups * k * n * n) : groups * ((n * size * size) + (k * k * k));
        Outputs = 2 * m * k * n;
        Bytes = (long)(sizeof(float) * ((groups * n * size) + (m * n * 3) + (12 * m * k)
            + (isFew ? groups * 2 * n * k : groups * ((2 * size * size) + (6 * k * k)))));
    }

    /// <summary>The layer's weights times its Gram matrix.</summary>
    public double Product { get; }

    /// <summary>Whether the layer is fitted in fewer rounds and tried at fewer levels.</summary>
    public bool IsLarge { get; }

    /// <summary>Moments and factorisation.</summary>
    public double Preparation { get; }

    /// <summary>The layer's outputs for all samples, and their moments.</summary>
    public double Outputs { get; }

    /// <summary>Memory, in bytes.</summary>
    public long Bytes { get; }
}
