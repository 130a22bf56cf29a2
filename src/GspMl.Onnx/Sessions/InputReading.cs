namespace GspMl.Onnx.Sessions;

/// <summary>What the values of an input are to a run.</summary>
internal enum ReadAs
{
    /// <summary>Rows along an axis of the input; a run takes some.</summary>
    Rows,

    /// <summary>Rows along an axis before those of the input: each is a whole input, and a run takes one.</summary>
    WholeRows,

    /// <summary>The same for every row, as often along an axis as a run has rows.</summary>
    Repeated,

    /// <summary>The same in every run.</summary>
    Whole,
}

/// <summary>How the values of one input are read.</summary>
/// <param name="Input">The input as the model declares it.</param>
/// <param name="Tensor">The values as they are given.</param>
/// <param name="As">What they are to a run.</param>
/// <param name="Shape">Their shape: of the model's input, with all rows along <paramref name="Axis"/>.</param>
/// <param name="Axis">The axis that counts rows; 0 where there is none.</param>
internal sealed record InputReading(DeclaredInput Input, InputTensor Tensor, ReadAs As, int[] Shape, int Axis = 0)
{
    public bool HasRows => As is ReadAs.Rows or ReadAs.WholeRows;

    /// <summary>Rows, where it has any.</summary>
    public int Rows => Shape[Axis];

    /// <summary>The model's own axis of rows, where it has one.</summary>
    public DeclaredAxis? RowAxis => As == ReadAs.Rows && Input.Axes is { } axes ? axes[Axis] : null;

    /// <summary>The number of rows that the input takes at once; null where it takes any.</summary>
    public long? FixedBatch => As == ReadAs.WholeRows ? 1 : RowAxis?.Extent;
}
