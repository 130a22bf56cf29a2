using System.Numerics.Tensors;

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

    /// <summary>The axis of classes: the second of rows and of maps, the last of sequences.</summary>
    public int ClassAxis => Shape.Length is 2 or 4 ? 1 : Shape.Length - 1;

    /// <summary>Whether it has classes to choose from.</summary>
    public bool HasClasses => Shape.Length >= 2 && Shape[ClassAxis] > 1;

    /// <summary>Distributions in a row.</summary>
    public long Positions => Rows[0].Length / Shape[ClassAxis];

    /// <summary>Whether a row's numbers are probabilities already: none negative, and in all one for each position.</summary>
    public bool AreProbabilities => HasClasses && Rows.Take(8).All(row =>
        TensorPrimitives.Min<float>(row) >= 0 && Math.Abs(TensorPrimitives.Sum<float>(row) - Positions) <= 1e-3 * Positions);
}
