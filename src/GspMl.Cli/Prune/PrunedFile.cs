using GspMl.Onnx;

namespace GspMl.Cli.Prune;

/// <summary>A model file and its size, external data included; null where the compressed one was not measured.</summary>
internal sealed record PrunedFile(string Path, long Bytes, long? GzipBytes)
{
    public static PrunedFile Of(OnnxModel model, long? gzipBytes) => new(model.Path, model.MeasureBytes(), gzipBytes);
}
