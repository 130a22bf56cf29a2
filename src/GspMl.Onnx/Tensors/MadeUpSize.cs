namespace GspMl.Onnx.Tensors;

/// <summary>How much is made up where no inputs are given: a file may declare any extent, and any number of inputs.</summary>
internal sealed class MadeUpSize
{
    // Some 128 MB of floats, more than any one picture or text has.
    private const int Most = 1 << 25;

    private double sum;

    /// <summary>Whether an input of this shape may be made up beside those before it.</summary>
    public bool Fits(IEnumerable<long> shape) => (sum += shape.Aggregate(1.0, (product, extent) => product * extent)) <= Most;
}
