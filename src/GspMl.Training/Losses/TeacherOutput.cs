using System.Numerics.Tensors;
using GspMl.Onnx;

namespace GspMl.Training.Losses;

/// <summary>What the teacher puts out for all rows under one name.</summary>
/// <param name="Name">The output.</param>
/// <param name="Shape">Its shape for one row, as [1, …], where rows lie on the first axis.</param>
/// <param name="Rows">The numbers of each row.</param>
internal sealed record TeacherOutput(string Name, long[] Shape, float[][] Rows)
{
    /// <summary>The sum over a row's numbers of their variance over the rows.</summary>
    public double Variance()
    {
        var (mean, sum) = (new double[Rows[0].Length], 0.0);
        foreach (var row in Rows)
            for (var i = 0; i < mean.Length; i++) mean[i] += row[i] / (double)Rows.Length;
        foreach (var row in Rows)
            for (var i = 0; i < mean.Length; i++) sum += Math.Pow(row[i] - mean[i], 2);
        return sum / Rows.Length;
    }

    /// <summary>The first row that holds NaN or infinity; −1 where none does.</summary>
    public int FirstNotFinite => Array.FindIndex(Rows, row => Array.Exists(row, value => !float.IsFinite(value)));

    /// <summary>The axis of classes where nothing else tells: the second of rows and of maps, the last of sequences; null where none
    /// is.</summary>
    public int? UsualClassAxis
        => Shape.Length >= 2 && (Shape.Length is 2 or 4 ? 1 : Shape.Length - 1) is var axis && Shape[axis] > 1 ? axis : null;

    /// <summary>Distributions in a row.</summary>
    public long Positions(int axis) => Rows[0].Length / Shape[axis];

    /// <summary>Whether a row's numbers are probabilities already: none negative, and in all one for each position.</summary>
    public bool AreProbabilities(int axis) => Rows.Take(8).All(row =>
        TensorPrimitives.Min<float>(row) >= 0 && Math.Abs(TensorPrimitives.Sum<float>(row) - Positions(axis)) <= 1e-3 * Positions(axis));

    /// <summary>As evaluations have it.</summary>
    public OutputTensor ToOutput() => new(Name, [.. Rows.SelectMany(row => row)], Rows[0].Length)
    {
        RowShape = [.. Shape.Skip(1).Select(extent => (int)extent)],
    };
}
