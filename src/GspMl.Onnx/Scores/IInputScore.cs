using GspMl.Onnx.Reconstruction;

namespace GspMl.Onnx.Scores;

/// <summary>What a weight at each input of a filter is measured against: it is worth |w|/cost.</summary>
internal interface IInputScore
{
    /// <summary>One positive number for each input.</summary>
    double[] Costs(RidgeSolver solver);
}
