using System.Numerics;

namespace GspMl.ML.Rows;

/// <summary>What a component accepts as the values of a row.</summary>
internal static class RowValues
{
    /// <summary>The place of the first value that is NaN, infinite or, where that is asked, negative; −1 where there is none.</summary>
    public static int IndexOfInvalid(ReadOnlySpan<float> values, bool nonNegative)
    {
        var least = nonNegative ? 0 : float.MinValue;
        var (low, high) = (new Vector<float>(least), new Vector<float>(float.MaxValue));
        var i = 0;
        for (; i <= values.Length - Vector<float>.Count; i += Vector<float>.Count)
        {
            var value = new Vector<float>(values[i..]);
            if (!Vector.GreaterThanOrEqualAll(value, low) || !Vector.LessThanOrEqualAll(value, high)) break;
        }
        // The rest, or the lane that failed: a comparison with NaN is false, so that NaN fails as infinity does.
        for (; i < values.Length; i++)
            if (!(values[i] >= least && values[i] <= float.MaxValue)) return i;
        return -1;
    }
}
