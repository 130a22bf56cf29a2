using System.Numerics;

namespace GspMl.Benchmarks.Projection;

/// <summary>
/// The projection as one would write it first: Newton's method in which every evaluation reads all entries, eight or sixteen at a time and
/// on all cores, and then a pass that writes. Ties and jumps are not looked for: it stops after a number of evaluations.
/// </summary>
internal sealed class NaiveProjection(int count, int length)
{
    private readonly double[] l1 = new double[count], square = new double[count], support = new double[count];

    /// <summary>The number of passes that read everything.</summary>
    public int Passes { get; private set; }

    /// <summary>The average sparsity at the multiplier it settled for.</summary>
    public double Achieved { get; private set; }

    public void Project(float[] source, float[] destination, double target, double tolerance = 1e-6, int most = 100)
    {
        var beta = 1 / (Math.Sqrt(length) - 1);
        double multiplier = 0, low = 0, high = double.PositiveInfinity;
        for (Passes = 1; ; Passes++)
        {
            var threshold = (float)(multiplier * beta);
            Parallel.For(0, count, i => Sums(source, i, threshold));
            double sum = 0, slope = 0;
            for (var i = 0; i < count; i++)
            {
                var norm = Math.Sqrt(square[i]);
                sum += square[i] > 0 ? beta * (Math.Sqrt(length) - l1[i] / norm) : 1;
                if (square[i] > 0) slope += beta * beta * (support[i] - l1[i] * l1[i] / square[i]) / norm;
            }
            Achieved = sum / count;
            var gap = Achieved - target;
            if (Math.Abs(gap) < tolerance || Passes == most) break;
            if (gap < 0) low = multiplier;
            else high = multiplier;
            var next = multiplier - gap / (slope / count);
            multiplier = next > low && next < high ? next : double.IsFinite(high) ? (low + high) / 2 : Math.Max(1, 2 * low);
        }
        Parallel.For(0, count, i => Write(source, destination, i, (float)(multiplier * beta)));
    }

    private void Sums(float[] source, int i, float threshold)
    {
        var row = source.AsSpan(i * length, length);
        var (tau, p, q, k) = (new Vector<float>(threshold), Vector<float>.Zero, Vector<float>.Zero, Vector<float>.Zero);
        var j = 0;
        for (; j <= length - Vector<float>.Count; j += Vector<float>.Count)
        {
            var d = Vector.Max(Vector.Abs(new Vector<float>(row[j..])) - tau, Vector<float>.Zero);
            p += d;
            q += d * d;
            k += Vector.ConditionalSelect(Vector.GreaterThan(d, Vector<float>.Zero), Vector<float>.One, Vector<float>.Zero);
        }
        var (l1Sum, squareSum, supportSum) = (Vector.Sum(p), Vector.Sum(q), Vector.Sum(k));
        for (; j < length; j++)
        {
            var d = Math.Max(Math.Abs(row[j]) - threshold, 0);
            (l1Sum, squareSum, supportSum) = (l1Sum + d, squareSum + d * d, supportSum + (d > 0 ? 1 : 0));
        }
        (l1[i], square[i], support[i]) = (l1Sum, squareSum, supportSum);
    }

    private void Write(float[] source, float[] destination, int i, float threshold)
    {
        var factor = square[i] > 0 ? (float)(1 + threshold * l1[i] / square[i]) : 0;
        var row = source.AsSpan(i * length, length);
        var result = destination.AsSpan(i * length, length);
        var tau = new Vector<float>(threshold);
        var j = 0;
        for (; j <= length - Vector<float>.Count; j += Vector<float>.Count)
        {
            var c = new Vector<float>(row[j..]);
            var d = Vector.Max(Vector.Abs(c) - tau, Vector<float>.Zero) * factor;
            Vector.CopySign(d, c).CopyTo(result[j..]);
        }
        for (; j < length; j++) result[j] = MathF.CopySign(Math.Max(Math.Abs(row[j]) - threshold, 0) * factor, row[j]);
    }
}
