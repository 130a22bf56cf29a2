using GspMl.Onnx.Wire;

namespace GspMl.Onnx.Models;

/// <summary>An external tensor's bytes as they lie on disk, whatever their type.</summary>
internal sealed class ExternalElements : SpliceContent
{
    private const int BufferSize = 1 << 20;

    private readonly ModelFile file;
    private readonly TensorLocation tensor;
    private readonly ExternalData place;

    /// <exception cref="InvalidDataException">The tensor's place says nothing of its length, and its type neither.</exception>
    public ExternalElements(ModelFile file, TensorLocation tensor)
    {
        (this.file, this.tensor, place) = (file, tensor, ExternalData.Of(tensor.Proto));
        Length = ElementFormat.SizeOf(tensor.ElementType) > 0 ? tensor.ByteCount
            : place.Length ?? throw new InvalidDataException("its external data has no length");
    }

    public override long Length { get; }

    /// <exception cref="OnnxModelException">They cannot be read; the message names file and tensor.</exception>
    public override void WriteTo(Stream target)
    {
        if (Length == 0) return;
        new ElementReader(file, ModelEdits.None, 1).Named(tensor, () =>
        {
            using var source = RegularFile.Open(DataFile.Find(file, place.Location));
            var buffer = new byte[Math.Min(BufferSize, Length)];
            for (var at = 0L; at < Length; at += buffer.Length)
            {
                var piece = buffer.AsSpan(0, (int)Math.Min(buffer.Length, Length - at));
                ExactRead.Fill(source, place.Offset + at, piece);
                target.Write(piece);
            }
        });
    }
}
