// Writes input rows as an NPY file, which --inputs and --calibration take: a line of text, then the numbers.
//
//   dotnet run --project samples/RowsToNpy

using System.Runtime.InteropServices;

// Rows as the model wants them, one behind the other: here 100 images of one channel and 28 × 28 pixels, random ones.
int[] shape = [100, 1, 28, 28];
var random = new Random(1);
float[] values = [.. Enumerable.Range(0, shape.Aggregate((a, b) => a * b)).Select(_ => random.NextSingle())];

WriteNpy("artifacts/rows.npy", values, shape);
Console.WriteLine($"artifacts/rows.npy: {string.Join(" × ", shape)} numbers; try");
Console.WriteLine("gspml eval onnx-models/lenet5.onnx --inputs artifacts/rows.npy");

static void WriteNpy(string path, ReadOnlySpan<float> values, int[] shape)
{
    const int Before = 10, Multiple = 64;   // magic, version and length; the numbers begin at a multiple of 64
    var header = $"{{'descr': '<f4', 'fortran_order': False, 'shape': ({string.Join(", ", shape)},), }}";
    var length = (Before + header.Length + Multiple) / Multiple * Multiple - Before;
    using var file = File.Create(path);
    file.Write([0x93, .. "NUMPY"u8, 1, 0, (byte)length, (byte)(length >> 8)]);
    file.Write(System.Text.Encoding.ASCII.GetBytes(header.PadRight(length - 1) + "\n"));
    file.Write(MemoryMarshal.AsBytes(values));
}
