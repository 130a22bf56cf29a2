using GspMl.Onnx.Weights;

namespace GspMl.Onnx.Writing;

/// <summary>A model on its way to a stream.</summary>
internal static class StreamedModel
{
    /// <summary>Writes the model file; what is to be checked goes into a temporary folder first.</summary>
    /// <param name="model">The model.</param>
    /// <param name="target">The stream.</param>
    /// <param name="options">How it is stored and checked.</param>
    /// <param name="name">What messages call the stream.</param>
    /// <param name="cancel">Stops it before the first byte.</param>
    /// <exception cref="OnnxModelException">The model has external data, or ONNX Runtime does not load the result.</exception>
    public static void Write(ModelContent model, Stream target, SaveOptions options, string name = "the model",
        CancellationToken cancel = default)
    {
        cancel.ThrowIfCancellationRequested();
        if (model.Tensors.FirstOrDefault(tensor => tensor.Storage == TensorStorage.External) is { } tensor)
            throw new OnnxModelException($"{model.Path}, tensor '{tensor.Name}': the model has external data; it is saved to a file, not "
                + "to a stream.");
        if (!options.CheckLoads && options.Storage == WeightStorage.Dense) target.Write(ModelWriter.ToArray(model));
        else WriteChecked(model, target, options, name, cancel);
    }

    private static void WriteChecked(ModelContent model, Stream target, SaveOptions options, string name, CancellationToken cancel)
    {
        var folder = Directory.CreateTempSubdirectory("gspml-").FullName;
        try
        {
            var path = Path.Combine(folder, "model.onnx");
            var external = ExternalFiles.InPlace(model);
            using (var file = File.Create(path)) ModelWriter.Splice(model, external, options.Storage).WriteTo(file);
            if (options.CheckLoads) ModelWriter.Check(model, external, path, name, options.Storage, cancel);
            cancel.ThrowIfCancellationRequested();
            using var written = File.OpenRead(path);
            written.CopyTo(target);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
