namespace GspMl.Onnx.Reconstruction;

/// <summary>A layer whose inputs are known from calibration data.</summary>
internal sealed class CalibratedLayer : LayerContext
{
    private readonly LayerFit fit;
    private readonly double[] values;
    private readonly double[]?[] rms;
    private readonly double[]?[] diagonals;

    public CalibratedLayer(PrunableWeight weight, LayerFit fit) : base(weight)
    {
        this.fit = fit;
        values =
            [.. fit.Groups.SelectMany(solver => Enumerable.Range(0, fit.FiltersPerGroup).SelectMany(r => solver.Original(r).ToArray()))];
        (rms, diagonals) = (new double[fit.Groups.Count][], new double[fit.Groups.Count][]);
    }

    public override ReadOnlySpan<double> Values => values;

    public override bool IsCalibrated => true;

    public override ReadOnlySpan<double> GetInputRms(int filter)
    {
        var group = filter / fit.FiltersPerGroup;
        return rms[group] ??= fit.Groups[group].Problem.InputRms();
    }

    public override ReadOnlySpan<double> GetInverseDiagonal(int filter)
    {
        var group = filter / fit.FiltersPerGroup;
        return diagonals[group] ??= fit.Groups[group].InverseDiagonal();
    }
}
