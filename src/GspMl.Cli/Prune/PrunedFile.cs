using GspMl.Onnx;

namespace GspMl.Cli.Prune;

/// <summary>A model file and its size, external data included.</summary>
internal sealed record PrunedFile(string Path, long Bytes, long GzipBytes)
{
    public static PrunedFile Of(OnnxModel model) => new(model.Path, model.Bytes(), model.GzipBytes());
}
