package io.kafkasend.portal.call;

import java.util.List;
import java.util.Map;
import org.apache.commons.fileupload2.core.AbstractFileUpload;
import org.apache.commons.fileupload2.core.DiskFileItem;
import org.apache.commons.fileupload2.core.FileItemFactory;
import org.apache.commons.fileupload2.core.FileItemInputIterator;

/** Commons FileUpload that reads the parts of a form as they come: it makes no items. */
public final class StreamedUpload extends AbstractFileUpload<Void, DiskFileItem, FileItemFactory<DiskFileItem>> {
    @Override
    public FileItemInputIterator getItemIterator(Void request) {
        throw new UnsupportedOperationException();
    }

    @Override
    public List<DiskFileItem> parseRequest(Void request) {
        throw new UnsupportedOperationException();
    }

    @Override
    public Map<String, List<DiskFileItem>> parseParameterMap(Void request) {
        throw new UnsupportedOperationException();
    }
}
