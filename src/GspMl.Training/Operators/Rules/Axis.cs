namespace GspMl.Training.Operators.Rules;

/// <summary>Axes by number, from the front or, negative, from the back.</summary>
internal static class Axis
{
    public static long Of(long axis, int rank) => axis < 0 ? axis + rank : axis;

    /// <summary>All axes from one on.</summary>
    public static IEnumerable<long> From(long axis, int rank) => Enumerable.Range((int)axis, rank - (int)axis).Select(i => (long)i);
}
