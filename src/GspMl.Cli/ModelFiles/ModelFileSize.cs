using GspMl.Onnx;

namespace GspMl.Cli.ModelFiles;

/// <summary>A model file and its size, external data included; null where the compressed one was not measured.</summary>
internal sealed record ModelFileSize(string Path, long Bytes, long? GzipBytes)
{
    public static ModelFileSize Of(OnnxModel model, long? gzipBytes) => new(model.Path, model.MeasureBytes(), gzipBytes);
}
