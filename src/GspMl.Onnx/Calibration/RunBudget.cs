namespace GspMl.Onnx.Calibration;

/// <summary>
/// How many rows go through the rest of a model to find out about its layers. A small model can afford all; of a large one of many layers
/// runs would take most of the time, and fewer rows tell nearly as much.
/// </summary>
/// <param name="IsLarge">Whether the model is one of those.</param>
/// <param name="Layers">Layers to find out about.</param>
internal readonly record struct RunBudget(bool IsLarge, int Layers)
{
    // A run of all rows through more weights than this takes seconds.
    private const double SmallModel = 1e6;

    // Runs of all rows through the whole model.
    private const double ProbingRuns = 3;
    private const double LevelRuns = 8;

    // Through the rest of the model from a layer on: half of it on average.
    private const double Rest = 0.5;
    private const int LeastRows = 8;

    // Eight images of 224 × 224: of larger ones fewer tell as much, since each has more positions.
    private const double LeastNumbers = 8 * 3 * 224 * 224;

    /// <summary>The budget for these layers of a model.</summary>
    public static RunBudget Of(IReadOnlyCollection<PrunableWeight> layers)
        => new(layers.Sum(weight => (double)weight.Count) > SmallModel, Math.Max(1, layers.Count));

    /// <summary>Rows that are run for each layer to see how much its filters count.</summary>
    /// <param name="inputs">The calibration inputs.</param>
    /// <param name="wanted">Rows that a small model runs.</param>
    public double ProbingRows(CalibrationInputs inputs, double wanted) => Limit(inputs, wanted, ProbingRuns);

    /// <summary>Rows held back that are run for each level of each layer.</summary>
    public int LevelRows(CalibrationInputs inputs, int levels) => (int)Math.Ceiling(Limit(inputs, inputs.HeldBackRows, LevelRuns / levels));

    private double Limit(CalibrationInputs inputs, double wanted, double runs)
        => IsLarge ? Math.Min(wanted, Math.Max(Least(inputs), runs * inputs.Rows / (Rest * Layers))) : wanted;

    private static double Least(CalibrationInputs inputs)
        => Math.Clamp(Math.Ceiling(LeastNumbers / inputs.NumbersOfRow()), 1, LeastRows);
}
