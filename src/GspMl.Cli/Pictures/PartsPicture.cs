namespace GspMl.Cli.Pictures;

/// <summary>How a vector of features is a picture: height × width pixels, row after row or column after column.</summary>
internal readonly record struct PictureShape(int Height, int Width, bool ColumnMajor)
{
    public int Pixels => Height * Width;

    public int Feature(int x, int y) => ColumnMajor ? x * Height + y : y * Width + x;
}

/// <summary>Vectors as pictures side by side in a near-square grid: white is zero, black the largest entry.</summary>
internal static class PartsPicture
{
    private const byte Gap = 200;

    /// <param name="parts">The vectors, each of shape.Pixels entries of at least 0.</param>
    /// <param name="shape">How they are pictures.</param>
    /// <param name="largest">What is black; null: each part's own largest entry.</param>
    public static GrayPicture Of(IReadOnlyList<double[]> parts, PictureShape shape, double? largest = null)
    {
        var across = (int)Math.Ceiling(Math.Sqrt(parts.Count));
        var down = (parts.Count + across - 1) / across;
        var picture = new GrayPicture(across * (shape.Width + 1) + 1, down * (shape.Height + 1) + 1);
        for (var y = 0; y < picture.Height; y++)
            for (var x = 0; x < picture.Width; x++) picture[x, y] = Gap;
        for (var k = 0; k < parts.Count; k++)
            Draw(picture, parts[k], shape, 1 + k % across * (shape.Width + 1), 1 + k / across * (shape.Height + 1), largest
                ?? parts[k].Max());
        return picture;
    }

    private static void Draw(GrayPicture picture, double[] part, PictureShape shape, int left, int top, double largest)
    {
        var scale = largest > 0 ? 255 / largest : 0;
        for (var y = 0; y < shape.Height; y++)
            for (var x = 0; x < shape.Width; x++)
                picture[left + x, top + y] = (byte)Math.Round(255 - Math.Clamp(part[shape.Feature(x, y)] * scale, 0, 255));
    }
}
