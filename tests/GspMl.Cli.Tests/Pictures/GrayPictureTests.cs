using System.Buffers.Binary;
using System.IO.Compression;
using GspMl.Cli.Pictures;

namespace GspMl.Cli.Tests.Pictures;

public class GrayPictureTests
{
    [Fact]
    public void The_PNG_holds_the_pixels()
    {
        var picture = new GrayPicture(3, 2) { [0, 0] = 10, [2, 1] = 255 };
        var png = picture.ToPng();
        Assert.Equal([0x89, 0x50, 0x4E, 0x47, 13, 10, 26, 10], png[..8]);
        Assert.Equal((3, 2), (BinaryPrimitives.ReadInt32BigEndian(png.AsSpan(16)), BinaryPrimitives.ReadInt32BigEndian(png.AsSpan(20))));
        var length = BinaryPrimitives.ReadInt32BigEndian(png.AsSpan(33));
        using var zlib = new ZLibStream(new MemoryStream(png, 41, length), CompressionMode.Decompress);
        var rows = new byte[8];
        zlib.ReadExactly(rows);
        Assert.Equal([0, 10, 0, 0, 0, 0, 0, 255], rows);
    }

    [Fact]
    public void The_checksum_of_the_empty_end_chunk_is_the_known_one() =>
        Assert.Equal([0xAE, 0x42, 0x60, 0x82], new GrayPicture(1, 1).ToPng()[^4..]);

    [Fact]
    public void Parts_lie_in_a_near_square_grid_each_with_its_own_black()
    {
        var picture = PartsPicture.Of([[0, 1], [5, 0], [1, 1]], new(1, 2, ColumnMajor: false));
        Assert.Equal((7, 5), (picture.Width, picture.Height));
        Assert.Equal((255, 0), (picture[1, 1], picture[2, 1]));
        Assert.Equal((0, 255), (picture[4, 1], picture[5, 1]));
    }

    [Fact]
    public void Column_major_features_are_turned() => Assert.Equal(3, new PictureShape(3, 4, ColumnMajor: true).Feature(x: 1, y: 0));
}
