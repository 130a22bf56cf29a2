namespace GspMl.Onnx.Reconstruction;

/// <summary>What a weight at each input of a filter is measured against: it is worth |w|/cost.</summary>
internal interface IInputScore
{
    /// <summary>One positive number for each input.</summary>
    double[] Costs(RidgeSolver solver);
}
