//! The dialog in which a square is cut out of a picture: by pointer, by keyboard, by a slider. What is seen
//! in it is what is sent.

use leptos::{
    ev::{Event, KeyboardEvent, PointerEvent, WheelEvent},
    html,
    mount::mount_to,
    prelude::*,
    task::spawn_local,
    wasm_bindgen::JsCast,
    web_sys::{CanvasRenderingContext2d, File, HtmlCanvasElement, ImageBitmap},
};

use super::{
    crop::Crop,
    sending::{read, send},
};
use crate::{
    ids::UserId,
    ui::later,
    words::i18n::{t, t_string, use_i18n},
};

/// The sides of what is kept, in pixels.
const SIDE: u32 = 512;

/// What a key moves it by, in sides of the square, and zooms by.
const STEP: f64 = 0.05;
const ZOOM_STEP: f64 = 1.1;

/// What the dialog and the form know of each other. Copied freely.
#[derive(Clone, Copy)]
pub(super) struct Cutting {
    pub(super) user: UserId,
    /// What was chosen. The file itself stays where it is: on the server, where none ever is, a signal may
    /// go on another thread.
    pub(super) file: RwSignal<Option<StoredValue<File, LocalStorage>>>,
    /// Where it was.
    pub(super) input: NodeRef<html::Input>,
    /// Why it was not taken.
    pub(super) problem: RwSignal<Option<String>>,
    /// Called when it was.
    pub(super) put_on: Callback<()>,
    /// Whether the dialog is there, or on its way.
    pub(super) there: StoredValue<bool>,
    /// The page's, as long as that is there.
    owner: StoredValue<Owner>,
}

impl Cutting {
    pub(super) fn new(
        user: UserId,
        problem: RwSignal<Option<String>>,
        put_on: Callback<()>,
    ) -> Self {
        Self {
            user,
            file: RwSignal::new(None),
            input: NodeRef::new(),
            problem,
            put_on,
            there: StoredValue::new(false),
            owner: StoredValue::new(Owner::current().unwrap_or_default()),
        }
    }
}

later!(pub(super) cutting_layer, put_dialog(cutting: Cutting));

/// Puts the dialog behind the form, as long as the page is there.
fn put_dialog(cutting: Cutting) {
    let form = document().get_element_by_id("picture-form");
    let place = form.and_then(|form| {
        let place = document().create_element("div").ok()?;
        form.after_with_node_1(&place).ok()?;
        place.dyn_into().ok()
    });
    if let Some(place) = place
        && let Some(owner) = cutting.owner.try_get_value()
    {
        owner.with(|| {
            let layer = mount_to(place, move || view! { <CuttingDialog cutting/> });
            StoredValue::new_local(layer);
        });
    }
}

#[component]
fn CuttingDialog(cutting: Cutting) -> impl IntoView {
    let i18n = use_i18n();
    let dialog = NodeRef::<html::Dialog>::new();
    let canvas = NodeRef::<html::Canvas>::new();
    let picture = RwSignal::new_local(None::<ImageBitmap>);
    let crop = RwSignal::new(Crop::of(1.0, 1.0));
    let busy = RwSignal::new(false);
    // Why it was not taken.
    let failed = RwSignal::new(None::<String>);
    let unreadable = t_string!(i18n, profiles.crop_unreadable);
    Effect::new(move || {
        let Some(file) = cutting.file.get() else {
            return;
        };
        spawn_local(async move {
            let read = read(&file.get_value()).await;
            // Another one may have been chosen meanwhile.
            if cutting.file.try_get_untracked().flatten() != Some(file) {
                return read.iter().for_each(ImageBitmap::close);
            }
            let Some(read) = read else {
                cutting.problem.set(Some(unreadable.to_owned()));
                cutting.file.set(None);
                return;
            };
            failed.set(None);
            crop.set(Crop::of(read.width().into(), read.height().into()));
            let before = picture.try_update(|picture| picture.replace(read));
            before.flatten().iter().for_each(ImageBitmap::close);
            if let Some(dialog) = dialog.get_untracked().filter(|dialog| !dialog.open()) {
                let _ = dialog.show_modal();
            }
        });
    });
    Effect::new(move || {
        if let Some(canvas) = canvas.get() {
            picture.with(|picture| {
                if let Some(picture) = picture {
                    draw(&canvas, picture, crop.get());
                }
            });
        }
    });
    let close = move || {
        if let Some(dialog) = dialog.get_untracked() {
            dialog.close();
        }
    };
    let send = move |_| {
        let Some(canvas) = canvas.get_untracked().filter(|_| !busy.get_untracked()) else {
            return;
        };
        busy.set(true);
        // What may shine through stays so.
        let opaque = cutting.file.with_untracked(|file| {
            file.is_some_and(|file| file.with_value(|file| file.type_() == "image/jpeg"))
        });
        let kind = if opaque { "image/jpeg" } else { "image/png" };
        spawn_local(async move {
            let sent = send(&canvas, cutting.user, kind, i18n).await;
            busy.set(false);
            match sent {
                Ok(()) => {
                    cutting.put_on.run(());
                    close();
                }
                Err(why) => failed.set(Some(why)),
            }
        });
    };
    // What is on its way cannot be called back.
    let hold = move |event: Event| {
        if busy.get_untracked() {
            event.prevent_default();
        }
    };
    let hold_key = move |event: KeyboardEvent| {
        if event.key() == "Escape" {
            hold(event.into());
        }
    };
    // Said to those who do not see it.
    let place = move || {
        let (across, down) = crop.get().middle();
        t_string!(i18n, profiles.crop_place, across = across, down = down).to_string()
    };
    let closed = move |_| {
        let before = picture.try_update(Option::take).flatten();
        before.iter().for_each(ImageBitmap::close);
        cutting.file.set(None);
        // The same may be chosen again, and the form has nothing to send.
        if let Some(input) = cutting.input.get_untracked() {
            input.set_value("");
        }
    };
    view! {
        <dialog
            class="cutting"
            node_ref=dialog
            aria-labelledby="cutting-title"
            on:close=closed
            on:cancel=hold
            on:keydown=hold_key
        >
            <div>
                <h2 id="cutting-title">{t!(i18n, profiles.crop)}</h2>
                <Square canvas crop/>
                <p class="note" id="cutting-note">{t!(i18n, profiles.crop_hint)}</p>
                <p class="visually-hidden" aria-live="polite">
                    {place}
                </p>
                <label for="zoom">{t!(i18n, profiles.zoom)}</label>
                <input
                    id="zoom"
                    type="range"
                    min="1"
                    max=Crop::MOST_ZOOM
                    step="0.05"
                    prop:value=move || crop.get().zoom()
                    on:input=move |event| {
                        let zoom = event_target_value(&event).parse().unwrap_or(1.0);
                        crop.update(|crop| *crop = crop.zoomed(zoom));
                    }
                />
                <p class="note error form-error" role="alert">
                    {move || failed.get()}
                </p>
                <div class="actions">
                    <button
                        type="button"
                        class="button"
                        aria-busy=move || busy.get().to_string()
                        on:click=send
                    >
                        {t!(i18n, profiles.picture_send)}
                    </button>
                    <button
                        type="button"
                        class="button quiet"
                        disabled=move || busy.get()
                        on:click=move |_| close()
                    >
                        {t!(i18n, messages.cancel)}
                    </button>
                </div>
            </div>
        </dialog>
    }
}

/// The part that is kept, which is moved and zoomed.
#[component]
fn Square(canvas: NodeRef<html::Canvas>, crop: RwSignal<Crop>) -> impl IntoView {
    let i18n = use_i18n();
    // Where the pointer is that has taken it.
    let held = StoredValue::new(None::<(i32, i32)>);
    let on_down = move |event: PointerEvent| {
        held.set_value(Some((event.client_x(), event.client_y())));
        if let Some(canvas) = canvas.get_untracked() {
            let _ = canvas.set_pointer_capture(event.pointer_id());
        }
    };
    let on_move = move |event: PointerEvent| {
        let Some(((x, y), canvas)) = held.get_value().zip(canvas.get_untracked()) else {
            return;
        };
        let now = (event.client_x(), event.client_y());
        let side = f64::from(canvas.client_width().max(1));
        // The picture follows the pointer; the square goes the other way.
        let (right, down) = (f64::from(x - now.0) / side, f64::from(y - now.1) / side);
        crop.update(|crop| *crop = crop.moved(right, down));
        held.set_value(Some(now));
    };
    let zoom = move |by: f64| crop.update(|crop| *crop = crop.zoomed(crop.zoom() * by));
    let on_wheel = move |event: WheelEvent| {
        event.prevent_default();
        zoom(if event.delta_y() > 0.0 {
            1.0 / ZOOM_STEP
        } else {
            ZOOM_STEP
        });
    };
    let on_key = move |event: KeyboardEvent| {
        let (right, down) = match event.key().as_str() {
            "ArrowLeft" => (-STEP, 0.0),
            "ArrowRight" => (STEP, 0.0),
            "ArrowUp" => (0.0, -STEP),
            "ArrowDown" => (0.0, STEP),
            "+" | "=" => return zoom(ZOOM_STEP),
            "-" => return zoom(1.0 / ZOOM_STEP),
            _ => return,
        };
        event.prevent_default();
        crop.update(|crop| *crop = crop.moved(right, down));
    };
    view! {
        <canvas
            node_ref=canvas
            width=SIDE
            height=SIDE
            tabindex="0"
            role="application"
            aria-label=t_string!(i18n, profiles.crop_label)
            aria-describedby="cutting-note"
            on:pointerdown=on_down
            on:pointermove=on_move
            on:pointerup=move |_| held.set_value(None)
            on:pointercancel=move |_| held.set_value(None)
            on:wheel=on_wheel
            on:keydown=on_key
        ></canvas>
    }
}

fn draw(canvas: &HtmlCanvasElement, picture: &ImageBitmap, crop: Crop) {
    let context = canvas.get_context("2d").ok().flatten();
    let context = context.and_then(|context| context.dyn_into::<CanvasRenderingContext2d>().ok());
    let Some(context) = context else { return };
    let ((left, top), side, whole) = (crop.corner(), crop.side(), f64::from(SIDE));
    context.clear_rect(0.0, 0.0, whole, whole);
    let _ = context.draw_image_with_image_bitmap_and_sw_and_sh_and_dx_and_dy_and_dw_and_dh(
        picture, left, top, side, side, 0.0, 0.0, whole, whole,
    );
}
