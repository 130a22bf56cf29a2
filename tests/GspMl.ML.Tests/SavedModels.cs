using Microsoft.ML;

namespace GspMl.ML.Tests;

/// <summary>Models that went through a file.</summary>
internal static class SavedModels
{
    /// <summary>A model's file, at its beginning.</summary>
    public static MemoryStream Saved(this MLContext ml, ITransformer model, IDataView data)
    {
        var stream = new MemoryStream();
        ml.Model.Save(model, data.Schema, stream);
        stream.Position = 0;
        return stream;
    }

    /// <summary>Saved, loaded, and GspMl's components put back.</summary>
    public static ITransformer Restored(this MLContext ml, ITransformer model, IDataView data)
    {
        using var stream = ml.Saved(model, data);
        return ml.Model.RestoreGspMl(stream, out _);
    }
}
