namespace GspMl.Benchmarks.Projection;

/// <summary>Normally distributed entries with a fixed seed.</summary>
internal static class Gaussian
{
    public static float[] Floats(int count, int seed = 1)
    {
        var values = new float[count];
        Parallel.For(0, (count + 65535) / 65536, block =>
        {
            var random = new Random(seed * 1000003 + block);
            for (var i = block * 65536; i < Math.Min(count, (block + 1) * 65536); i++)
                values[i] = (float)(Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble()));
        });
        return values;
    }

    public static double[] Doubles(int count, int seed = 1) => [.. Floats(count, seed).Select(v => (double)v)];

    public static float[] Weights(int count, int seed = 2) => [.. Floats(count, seed).Select(v => MathF.Abs(v) + 0.1f)];
}
