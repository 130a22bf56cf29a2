namespace GspMl.Training;

/// <summary>Images: rotation up to 10°, scales and shear up to 10 %, shifts up to 7 % of the extent. Other rows: mixed with
/// another.</summary>
internal sealed class GentleVariation : RowVariation
{
    // N × channels × spatial axes (ONNX).
    private const int RankOfImages = 4;
    private const double Angle = 10 * Math.PI / 180;
    private const double Stretch = 0.1;
    private const double Shift = 0.07;

    // In the mean a row keeps more of itself than it takes of the other.
    private const double MostOfOther = 0.6;

    public override void Vary(Span<float> values, IReadOnlyList<int> shape, Random random)
    {
        if (shape.Count == RankOfImages) Turn(values, shape, random);
        else Mix(values, shape[0], random);
    }

    private static void Turn(Span<float> values, IReadOnlyList<int> shape, Random random)
    {
        var (height, width) = (shape[2], shape[3]);
        var (plane, copy) = (height * width, new float[shape[1] * height * width]);
        for (var row = 0; row < shape[0]; row++)
        {
            var target = values.Slice(row * copy.Length, copy.Length);
            target.CopyTo(copy);
            var way = Affine.Draw(random, height, width);
            for (var channel = 0; channel < shape[1]; channel++)
                way.Apply(copy.AsSpan(channel * plane, plane), target.Slice(channel * plane, plane), height, width);
        }
    }

    private static void Mix(Span<float> values, int rows, Random random)
    {
        var (copy, length) = (values.ToArray(), values.Length / rows);
        for (var row = 0; row < rows; row++)
        {
            var (other, part) = (random.Next(rows), (float)(MostOfOther * random.NextDouble()));
            for (var i = 0; i < length; i++)
                values[(row * length) + i] += part * (copy[(other * length) + i] - copy[(row * length) + i]);
        }
    }

    /// <summary>Where each position of the varied image is read: x' = a·x + b·y + c, y' = d·x + e·y + f.</summary>
    private readonly record struct Affine(double A, double B, double C, double D, double E, double F)
    {
        public static Affine Draw(Random random, int height, int width)
        {
            double Draw(double most) => most * ((2 * random.NextDouble()) - 1);
            var (angle, shear) = (Draw(Angle), Draw(Stretch));
            var (across, down) = (1 + Draw(Stretch), 1 + Draw(Stretch));
            var (a, b) = (across * Math.Cos(angle), (shear * Math.Cos(angle)) - (down * Math.Sin(angle)));
            var (d, e) = (across * Math.Sin(angle), (shear * Math.Sin(angle)) + (down * Math.Cos(angle)));
            var (x, y) = ((width - 1) / 2.0, (height - 1) / 2.0);
            return new(a, b, x - (a * x) - (b * y) + Draw(Shift * width), d, e, y - (d * x) - (e * y) + Draw(Shift * height));
        }

        /// <summary>Between positions by the four around; beyond the edge the edge.</summary>
        public void Apply(ReadOnlySpan<float> from, Span<float> to, int height, int width)
        {
            for (var y = 0; y < height; y++)
                for (var x = 0; x < width; x++)
                {
                    var across = Math.Clamp((A * x) + (B * y) + C, 0, width - 1);
                    var down = Math.Clamp((D * x) + (E * y) + F, 0, height - 1);
                    var (left, top) = ((int)across, (int)down);
                    var (right, bottom) = (Math.Min(left + 1, width - 1), Math.Min(top + 1, height - 1));
                    var (px, py) = ((float)(across - left), (float)(down - top));
                    var upper = from[(top * width) + left] + (px * (from[(top * width) + right] - from[(top * width) + left]));
                    var lower = from[(bottom * width) + left] + (px * (from[(bottom * width) + right] - from[(bottom * width) + left]));
                    to[(y * width) + x] = upper + (py * (lower - upper));
                }
        }
    }
}
