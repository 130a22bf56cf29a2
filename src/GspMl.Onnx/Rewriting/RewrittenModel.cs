using GspMl.Onnx.Calibration;
using GspMl.Onnx.Models;

namespace GspMl.Onnx.Rewriting;

/// <summary>A model with some layers written as column sets.</summary>
internal static class RewrittenModel
{
    /// <param name="model">The model.</param>
    /// <param name="working">The same, its tensors at hand.</param>
    /// <param name="layers">The layers, and how they are written.</param>
    /// <param name="rank">The number of axes of a tensor.</param>
    public static OnnxModel Of(OnnxModel model, WorkingModel working, IEnumerable<(ColumnLayer Layer, LayerLayout Layout)> layers,
        Func<string, int> rank)
        => OnnxModel.Open(ModelFile.Changed(model.File, working.Bytes(new GraphRewrite(working, layers, rank).Run())));
}
